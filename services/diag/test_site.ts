/** For tests: a device with one management port on the loopback, a controller, and the reports that diag makes of them. */
import { encodeControllerCerts } from "../../controllerconn/mod.ts";
import { newAgentMetrics } from "../../controllerconn/mod.ts";
import {
  type ControllerOptions,
  type DeviceRoot,
  type DeviceRootOptions,
  makeDeviceRoot,
  startController,
} from "../../scripts/controller/mod.ts";
import { type Clock, systemClock } from "../agent/mod.ts";
import { type TestDevice, testDevice } from "../agent/test_device.ts";
import {
  ConfigItemType,
  type ConfigItemValueMap,
  defaultConfigItems,
  DPCState,
  goAddrInfo,
  goConfigItemValue,
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goDevicePortConfigList,
  goNetworkPortStatus,
  goNewlogMetrics,
  goZedAgentStatus,
  type NetworkPortStatus,
} from "../topics/mod.ts";
import { type BusView, emptyBus } from "./bus/view.ts";
import type { Finding } from "./checks/evaluate.ts";
import { makeReport, type Report } from "./make_report.ts";
import { onePass, type TestPlan } from "./requests/request_plan.ts";

/** A controller and a device of its; everything ends with the test. */
export interface DiagSite extends AsyncDisposable {
  readonly controller: Awaited<ReturnType<typeof startController>>;
  readonly device: TestDevice<Clock>;
  readonly made: DeviceRoot;
  /** `host:port` of the controller. */
  readonly server: string;
  /** A report as `--once` makes it. */
  report(view: BusView, plan?: Partial<TestPlan>): Promise<Report>;
}

/** The port `lo`, with what the test wants different. */
export function loopback(some: Partial<NetworkPortStatus> = {}): NetworkPortStatus {
  return goNetworkPortStatus.make({
    IfName: "lo",
    IsMgmt: true,
    IsL3Port: true,
    Up: true,
    DNSServers: ["127.0.0.1"],
    AddrInfoList: [goAddrInfo.make({ Addr: "127.0.0.1" })],
    ...some,
  });
}

/** The same objects each time: a change of one topic is a change of that one only. */
const well = {
  led: { BlinkCounter: 4 },
  portConfigs: goDevicePortConfigList.make({
    PortConfigList: [goDevicePortConfig.make({ Key: "zedagent" })],
  }),
  onboarding: { DeviceUUID: "b4f1c7a2-6a54-4f5e-9d3b-2f6b7a0c1d2e", HardwareModel: "acme.box" },
  zedagent: goZedAgentStatus.make({
    ConfigGetStatus: 1,
    DeviceState: 1,
    AttestState: 7,
    VaultStatus: 2,
    PCRStatus: 1,
  }),
  logs: goNewlogMetrics.make({}),
};

/** A bus on which all is well, but for `some`. */
export function healthyBus(
  some: Partial<BusView> = {},
  ports: readonly NetworkPortStatus[] = [loopback()],
): BusView {
  return {
    ...emptyBus,
    ...well,
    network: goDeviceNetworkStatus.make({ Version: 1, State: DPCState.DPC_SUCCESS, Ports: ports }),
    ...some,
  };
}

/** The same in state 2: addresses and name servers, but no controller. */
export function disconnectedBus(some: Partial<BusView> = {}, ports?: readonly NetworkPortStatus[]): BusView {
  const bus = healthyBus(some, ports);
  if (bus.network === undefined) return bus;
  return { ...bus, network: { ...bus.network, State: DPCState.DPC_FAIL_WITH_IPANDDNS } };
}

/** The settings with some of them changed. */
export function settings(some: Readonly<Record<string, number | string>>): ConfigItemValueMap {
  const items = defaultConfigItems();
  const changed = Object.entries(some).map(([Key, value]) => [
    Key,
    typeof value === "number"
      ? goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeInt, IntValue: value })
      : goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeString, StrValue: value }),
  ]);
  return { ...items, GlobalSettings: { ...items.GlobalSettings, ...Object.fromEntries(changed) } };
}

/** See {@linkcode DiagSite}. @param checkpoint false: the device has no controller certificates yet */
export async function openDiagSite(
  { controller: some = {}, root: rootOptions = {}, clock = systemClock, checkpoint = true }: {
    readonly controller?: Partial<ControllerOptions>;
    readonly root?: Partial<DeviceRootOptions>;
    readonly clock?: Clock;
    readonly checkpoint?: boolean;
  } = {},
): Promise<DiagSite> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-diag-test-" });
  const controller = await startController({ dir: `${folder}/controller`, ...some });
  const made = await makeDeviceRoot(`${folder}/device`, { controller, ...rootOptions });
  if (made.device !== undefined) controller.addDevice({ certPem: made.device.certPem });
  if (checkpoint) writeCheckpoint(made.root, controller);
  const device = testDevice({ root: made.root, clock, agent: "diag" });
  return {
    controller,
    device,
    made,
    server: controller.server,
    report: (view, plan = {}) =>
      makeReport(device, {
        view: () => view,
        requests: "always",
        live: true,
        plan: { ...onePass, ...plan },
        metrics: newAgentMetrics(() => clock.now()),
        failLookup: false,
        signal: device.signal,
        progress: () => {},
      }, { trigger: "once", gated: false, showPac: false }),
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]();
      await controller.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

function writeCheckpoint(root: string, { pki }: DiagSite["controller"]): void {
  Deno.mkdirSync(`${root}/persist/checkpoint`, { recursive: true });
  const text = (pem: string) => new TextEncoder().encode(pem.trim());
  const certHash = (byte: number) => new Uint8Array(16).fill(byte);
  const certs = encodeControllerCerts([
    { hashAlgo: 1, certHash: certHash(1), type: 1, cert: text(pki.signing.certPem) },
    { hashAlgo: 1, certHash: certHash(2), type: 3, cert: text(pki.ecdh.certPem) },
  ]);
  Deno.writeFileSync(`${root}/persist/checkpoint/controllercerts`, certs);
}

/** `LEVEL CODE [port]` of each finding. */
export function codesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ level, check, ifName }) => [level, check.code, ifName ?? ""].join(" ").trimEnd());
}
