/** `ZInfoDevice`, as far as a communications port knows it; what nobody here knows stays empty (`spec/zedagent.md §14.3`). Pure. */
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import {
  type AppInstanceStatus,
  AttestState,
  type NodeAgentStatus,
  type VaultStatus,
  type WwanStatus,
  type ZbootStatus,
} from "../../topics/mod.ts";
import type { ConfigReport } from "../parts.ts";
import type { Dmi } from "./dmi.ts";
import { errorInfo, timeField } from "./error_info.ts";
import type { HostFacts, ResolvConf } from "./host_facts.ts";
import { cellularModule, simCards } from "./cellular.ts";

/** What goes into one message. */
export interface DeviceInfoInputs {
  readonly devUUID: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly host: HostFacts;
  readonly dmi: Dmi;
  readonly resolvConf: ResolvConf;
  /** SHA-256 of `/config/root-certificate.pem`; absent if it can't be read. */
  readonly shaRootCa: Uint8Array | undefined;
  readonly hsmStatus: info.HwSecurityModuleStatus;
  /** `undefined` if that can't be told. */
  readonly hardwareWatchdog: boolean | undefined;
  readonly remoteAccessDisabled: boolean;
  /** Absent before nim has published its list. */
  readonly systemAdapter: info.ISystemAdapterInfo | undefined;
  readonly attestation: { readonly state: number; readonly error: string };
  /** Absent without nodeagent. */
  readonly node: NodeAgentStatus | undefined;
  readonly partitions: readonly ZbootStatus[];
  readonly vaults: readonly VaultStatus[];
  readonly apps: readonly AppInstanceStatus[];
  readonly wwan: WwanStatus | undefined;
  readonly report: ConfigReport;
}

/** Newer than the descriptor, whose last number is 21. */
const apiCapability: number = 22;

/** The message, ready to be sent. */
export function deviceInfoMessage(inputs: DeviceInfoInputs): Uint8Array {
  return ZInfoMsg.encode({
    ztype: info.ZInfoTypes.ZiDevice,
    devId: inputs.devUUID,
    dinfo: deviceInfo(inputs),
    atTimeStamp: toTimestamp(inputs.now),
  }).finish();
}

/** What two messages have in common that say the same at different times. */
export function deviceInfoContent(inputs: DeviceInfoInputs): Uint8Array {
  const untimed = { ...inputs, now: 0, host: { ...inputs.host, uptimeSeconds: undefined } };
  return ZInfoMsg.encode({ devId: inputs.devUUID, dinfo: deviceInfo(untimed) }).finish();
}

/** Its content. */
export function deviceInfo(inputs: DeviceInfoInputs): info.IZInfoDevice {
  const { host, report, node, resolvConf, systemAdapter, shaRootCa } = inputs;
  const maintenance = report.maintenance();
  const boot = report.bootReason();
  const [firstReason] = maintenance.reasons;
  return {
    machineArch: host.machine,
    cpuArch: host.machine,
    platform: host.machine,
    ...(host.hostName === undefined ? {} : { HostName: host.hostName }),
    ...(host.uptimeSeconds === undefined
      ? {}
      : { bootTime: toTimestamp(inputs.now - host.uptimeSeconds * 1000) }),
    dns: { DNSservers: resolvConf.servers, DNSsearch: resolvConf.search },
    minfo: inputs.dmi,
    ...(systemAdapter === undefined ? {} : { systemAdapter }),
    lastRebootReason: boot.text,
    ...timeField("lastRebootTime", boot.time),
    last_boot_reason: boot.reason,
    ...(node === undefined ? {} : {
      lastRebootStack: node.RebootStack,
      restartCounter: node.RestartCounter,
      reboot_inprogress: node.DeviceReboot,
    }),
    rebootConfigCounter: report.rebootCounter(),
    shutdown_config_counter: report.shutdownCounter(),
    configItemStatus: configItemStatus(report),
    maintenance_mode: maintenance.on,
    ...(firstReason === undefined ? {} : { maintenance_mode_reason: firstReason }),
    maintenance_mode_reasons: maintenance.reasons,
    state: report.deviceState(),
    attestation_info: attestationInfo(inputs),
    ...(shaRootCa === undefined ? {} : { sec_info: { sha_root_ca: shaRootCa } }),
    hardware_watchdog_present: inputs.hardwareWatchdog ?? false,
    remote_access_disabled: inputs.remoteAccessDisabled,
    ...names(report),
    ...localProfile(report),
    api_capability: apiCapability,
    HSMStatus: inputs.hsmStatus,
    ...(inputs.vaults.length === 0 ? {} : { dataSecAtRestInfo: { vaultList: inputs.vaults.map(vaultInfo) } }),
    cell_radios: (inputs.wwan?.Networks ?? []).map(cellularModule),
    sims: (inputs.wwan?.Networks ?? []).flatMap(simCards),
    swList: inputs.partitions.map(partitionInfo),
    appInstances: inputs.apps.map(({ UUIDandVersion, DisplayName }) => ({
      uuid: UUIDandVersion.UUID,
      name: DisplayName,
    })),
  };
}

/** Unknown items in the map of their own (W12). */
function configItemStatus(report: ConfigReport): info.IZInfoConfigItemStatus {
  const configItems: Record<string, info.IZInfoConfigItem> = {};
  const unknownConfigItems: Record<string, info.IZInfoConfigItem> = {};
  for (const [key, { value, error, unknown }] of report.configItemStatus()) {
    const target = unknown ? unknownConfigItems : configItems;
    Object.defineProperty(target, key, { value: { value, error }, enumerable: true });
  }
  return { configItems, unknownConfigItems };
}

function attestationInfo({ attestation: { state, error }, now }: DeviceInfoInputs): info.IAttestationInfo {
  if (error === "" || state === AttestState.StateComplete) return { state };
  return {
    state,
    error: {
      description: error,
      timestamp: toTimestamp(now),
      severity: info.Severity.SEVERITY_ERROR,
      entities: [{ entity: info.Entity.ENTITY_ATTESTATION }],
    },
  };
}

/** Only one that stands above the global one. */
function localProfile(report: ConfigReport): info.IZInfoDevice {
  const local_profile = report.localProfile?.() ?? "";
  return local_profile === "" || local_profile === report.globalProfile() ? {} : { local_profile };
}

function names(report: ConfigReport): info.IZInfoDevice {
  const { deviceName, projectName, projectId, enterpriseName, enterpriseId } = report.names();
  return {
    device_name: deviceName,
    project_name: projectName,
    project_id: projectId,
    enterprise_name: enterpriseName,
    enterprise_id: enterpriseId,
  };
}

function vaultInfo(vault: VaultStatus): info.IVaultInfo {
  const vaultErr = errorInfo(vault);
  return {
    name: vault.Name,
    status: vault.Status,
    pcrStatus: vault.PCRStatus,
    ...(vaultErr === undefined ? {} : { vaultErr }),
  };
}

function partitionInfo(partition: ZbootStatus): info.IZInfoDevSW {
  const installed = partition.ShortVersion !== "";
  return {
    activated: partition.CurrentPartition,
    partitionLabel: partition.PartitionLabel,
    partitionDevice: partition.PartitionDevname,
    partitionState: partition.PartitionState,
    status: installed ? info.ZSwState.INSTALLED : info.ZSwState.INITIAL,
    shortVersion: partition.ShortVersion,
    longVersion: partition.LongVersion,
    downloadProgress: installed ? 100 : 0,
  };
}
