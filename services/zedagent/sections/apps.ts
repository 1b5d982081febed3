/** `apps` → `AppInstanceConfig`, a straight pass-through; what can't be read is in `Errors` (`spec/zedagent.md §10.4`). */
import type { config } from "../../../proto/device.ts";
import { toBigInt } from "../../../proto/int64.ts";
import {
  type AppInstanceConfig,
  goAppInstanceConfig,
  goAppNetAdapterConfig,
  type GoValue,
  type goVmConfig,
  goVolumeRefConfig,
  nilUUID,
} from "../../topics/mod.ts";
import { cipherBlock, type CipherContexts } from "./cipher.ts";
import {
  canonicalAddress,
  emptyToNull,
  neededUUID,
  optionalUUID,
  quote,
  type Section,
  section,
} from "./section.ts";

/** What apps refer to. */
export interface AppContext {
  readonly contexts: CipherContexts;
  readonly devUUID: string;
  /** Go time of errors. */
  readonly now: string;
}

type AppNetAdapter = GoValue<typeof goAppNetAdapterConfig>;

/** By app UUID. */
export function apps(
  list: readonly config.AppInstanceConfig[],
  context: AppContext,
): Section<AppInstanceConfig> {
  return section(list, (app) => {
    const uuid = neededUUID("app", app.uuidandversion?.uuid ?? "");
    return [uuid, appInstance(uuid, app, context)];
  });
}

/** What zedmanager gets instead of an app that does not fit through the bus: without user data and ACLs, with the reason. */
export function withoutLargeParts(app: AppInstanceConfig, reason: string): AppInstanceConfig {
  return {
    ...app,
    "pubsub-large-CloudInitUserData": null,
    AppNetAdapterList: app.AppNetAdapterList?.map((adapter) => ({ ...adapter, ACLs: null })) ?? null,
    Errors: [...app.Errors ?? [], reason],
  };
}

function appInstance(uuid: string, app: config.AppInstanceConfig, context: AppContext): AppInstanceConfig {
  const errors: string[] = [];
  const uuidOf = (what: string, text: string) => {
    const found = optionalUUID(text);
    if (found === undefined) errors.push(`${what}: expected a UUID, got ${quote(text)}`);
    return found ?? nilUUID;
  };
  const resources = app.fixedresources;
  const volumeRefs = app.volumeRefList.map((ref) =>
    goVolumeRefConfig.make({
      VolumeID: uuidOf("volume reference", ref.uuid),
      GenerationCounter: toBigInt(ref.generationCount),
      AppUUID: uuid,
      MountDir: ref.mount_dir,
    })
  );
  const adapters = app.interfaces.map((adapter) => netAdapter(adapter, uuidOf, errors));
  return goAppInstanceConfig.make({
    ...cipherBlock(uuid, app.cipherData, context.contexts, context.now),
    UUIDandVersion: { UUID: uuid, Version: app.uuidandversion?.version ?? "" },
    DisplayName: app.displayname,
    ...(resources === null ? {} : { FixedResources: vmConfig(resources) }),
    DisableLogs: resources?.disableLogs ?? false,
    VolumeRefConfigList: emptyToNull(volumeRefs),
    Activate: app.activate,
    AppNetAdapterList: emptyToNull(adapters),
    IoAdapterList: emptyToNull(app.adapters.map((adapter) => ({
      Type: adapter.type & 0xff,
      Name: adapter.name,
      EthVf: {
        Index: (adapter.eth_vf?.index ?? 0) & 0xff,
        PciLong: "",
        Mac: adapter.eth_vf?.mac ?? "",
        VlanID: adapter.eth_vf?.vlan_id ?? 0,
      },
      IntfOrder: adapter.interface_order,
    }))),
    RestartCmd: opsCommand(app.restart),
    PurgeCmd: opsCommand(app.purge),
    "pubsub-large-CloudInitUserData": app.userData === "" ? null : app.userData,
    RemoteConsole: app.remoteConsole,
    CollectStatsIPAddr: address("CollectStatsIPAddr", app.collectStatsIPAddr, errors),
    MetaDataType: app.metaDataType & 0xff,
    ProfileList: emptyToNull(app.profile_list),
    Delay: app.start_delay_in_seconds * 1e9,
    Service: app.service,
    CloudInitVersion: app.cloud_init_version,
    ...(app.snapshot === null ? {} : { Snapshot: snapshotConfig(app.snapshot) }),
    AllowToDiscover: app.interfaces.some((adapter) => adapter.allow_to_discover),
    IsDesignatedNodeID: app.designated_node_id.toLowerCase() === context.devUUID,
    AffinityType: app.affinity,
    DeploymentType: app.runtime_type & 0xff,
    ControllerBootOrder: resources?.boot_order ?? 0,
    Errors: emptyToNull(errors),
  });
}

function netAdapter(
  adapter: config.NetworkAdapter,
  uuidOf: (what: string, text: string) => string,
  errors: string[],
): AppNetAdapter {
  const name = `network adapter ${quote(adapter.name)}`;
  const mac = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(adapter.macAddress)
    ? Uint8Array.fromHex(adapter.macAddress.replace(/[:-]/g, ""))
    : null;
  if (mac === null && adapter.macAddress !== "") {
    errors.push(`${name}: expected a MAC address, got ${quote(adapter.macAddress)}`);
  }
  return goAppNetAdapterConfig.make({
    Name: adapter.name,
    AppMacAddr: mac,
    AppIPAddr: address(name, adapter.addr, errors),
    IntfOrder: adapter.interface_order,
    Network: uuidOf(`network instance of ${name}`, adapter.networkId),
    ACLs: emptyToNull(adapter.acls.map((acl) => ({
      Matches: emptyToNull(acl.matches.map(({ type, value }) => ({ Type: type, Value: value }))),
      Actions: emptyToNull(acl.actions.map((action) => ({
        Drop: action.drop,
        Limit: action.limit,
        LimitRate: action.limitrate,
        LimitUnit: action.limitunit,
        LimitBurst: action.limitburst,
        PortMap: action.portmap,
        TargetPort: action.appPort,
      }))),
      Name: acl.name,
      RuleID: acl.id,
      Dir: acl.dir & 0xff,
    }))),
    AccessVlanID: adapter.access_vlan_id,
    AllowToDiscover: adapter.allow_to_discover,
  });
}

function vmConfig(vm: config.VmConfig): GoValue<typeof goVmConfig> {
  return {
    Kernel: vm.kernel,
    Ramdisk: vm.ramdisk,
    Memory: vm.memory,
    MaxMem: vm.maxmem,
    VCpus: vm.vcpus,
    MaxCpus: vm.maxcpus,
    RootDev: vm.rootdev,
    ExtraArgs: vm.extraargs,
    BootLoader: vm.bootloader,
    CPUs: vm.cpus,
    DeviceTree: vm.devicetree,
    DtDev: emptyToNull(vm.dtdev),
    IRQs: emptyToNull(vm.irqs),
    IOMem: emptyToNull(vm.iomem),
    VirtualizationMode: vm.virtualizationMode & 0xff,
    EnableVnc: vm.enable_vnc,
    VncDisplay: vm.vncDisplay,
    VncPasswd: vm.vncPasswd,
    CPUsPinned: vm.pin_cpu,
    VMMMaxMem: vm.vmm_maxmem,
    EnableVncShimVM: vm.enable_vnc_shim_vm,
    EnforceNetworkInterfaceOrder: vm.enforce_network_interface_order,
    EnableOemWinLicenseKey: vm.enable_oem_win_license_key,
    DisableVirtualTPM: vm.disable_vtpm,
    BootOrder: vm.boot_order,
  };
}

function snapshotConfig(snapshot: config.SnapshotConfig): AppInstanceConfig["Snapshot"] {
  return {
    ActiveSnapshot: snapshot.active_snapshot,
    MaxSnapshots: snapshot.max_snapshots,
    RollbackCmd: opsCommand(snapshot.rollback_cmd),
    Snapshots: emptyToNull(
      snapshot.snapshots.map(({ id, type }) => ({ SnapshotID: id, SnapshotType: type })),
    ),
  };
}

function opsCommand(command: config.InstanceOpsCmd | null): { Counter: number; ApplyTime: string } {
  return { Counter: command?.counter ?? 0, ApplyTime: command?.opsTime ?? "" };
}

function address(what: string, text: string, errors: string[]): string {
  if (text === "") return "";
  const found = canonicalAddress(text);
  if (found === undefined) errors.push(`${what}: expected an IP address, got ${quote(text)}`);
  return found ?? "";
}
