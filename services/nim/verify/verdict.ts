/** What a test during a verification comes to (`spec/nim.md §7.5`). Pure. */
import {
  type AssignableAdapters,
  type DeviceNetworkStatus,
  type DevicePortConfig,
  DhcpType,
  DPCState,
  type NetworkPortConfig,
  usableAddresses,
  WirelessType,
  type WwanStatus,
} from "../../topics/mod.ts";
import type { Applied, Network, TestOutcome } from "../parts.ts";
import { answers } from "../wwan/wwan_status.ts";
import { isInPCIBack } from "./adapters.ts";

/** What is known when the test has ended. */
export interface Facts {
  /** Milliseconds since the verification of this configuration began. */
  readonly elapsedMs: number;
  /** `timer.port.testduration` */
  readonly durationMs: number;
  /** Overrides included. */
  readonly dpc: DevicePortConfig;
  readonly outcome: TestOutcome;
  /** See {@linkcode isReady}. */
  readonly ready: boolean;
  readonly network: Network;
  readonly adapters: AssignableAdapters | undefined;
  readonly wwan: WwanStatus | undefined;
}

/** The new state of the configuration, and what is recorded with it. */
export type Verdict =
  | { readonly kind: "success"; readonly state: number; readonly warning: string }
  | { readonly kind: "wait"; readonly state: number; readonly missing: MissingPorts }
  | {
    readonly kind: "failure";
    readonly state: number;
    readonly error: string;
    readonly missing: MissingPorts;
  };

/** Interface name → error of a management port whose interface has not come in time. */
export type MissingPorts = ReadonlyMap<string, string>;

/** Waits, in units of `timer.port.testduration`: for the background, a device, an interface; a modem; an address. */
export const waits = { async: 2, pci: 2, interface: 2, wwan: 3, address: 5 } as const;

/** How it goes on with the configuration under test. */
export function verdictOf(facts: Facts): Verdict {
  const { outcome, dpc } = facts;
  if (outcome.kind === "ok") return { kind: "success", state: DPCState.DPC_SUCCESS, warning: "" };
  if (outcome.kind === "remote-temporary") {
    return { kind: "success", state: DPCState.DPC_REMOTE_WAIT, warning: outcome.text };
  }
  const within = (factor: number) => facts.elapsedMs < factor * facts.durationMs;
  const wait = (state: number): Verdict => ({ kind: "wait", state, missing: new Map() });
  const management = managementPorts(dpc);
  const gone = management.filter((port) => !exists(facts.network, port));
  const missing = new Map(gone.map(({ IfName }) => [IfName, `missing interface ${IfName}`]));
  const failure = (state: number, error: string): Verdict => ({ kind: "failure", state, error, missing });
  if ((dpc.Ports ?? []).some((port) => isInPCIBack(facts.adapters, port)) && within(waits.pci)) {
    return wait(DPCState.DPC_PCI_WAIT);
  }
  if (management.some(isCellular) && !answers(facts.wwan, dpc) && within(waits.wwan)) {
    return wait(DPCState.DPC_WWAN_WAIT);
  }
  if (gone.length > 0 && within(waits.interface)) return wait(DPCState.DPC_INTF_WAIT);
  if (gone.length === management.length) {
    return failure(DPCState.DPC_FAIL, [...missing.values()].join("; ") || "no management port");
  }
  const awaited = !facts.ready || outcome.kind === "not-ready";
  if (awaited && within(waits.address)) return { kind: "wait", state: DPCState.DPC_IPDNS_WAIT, missing };
  return failure(facts.ready ? DPCState.DPC_FAIL_WITH_IPANDDNS : DPCState.DPC_FAIL, outcome.text);
}

/** What {@linkcode isReady} looks at. */
export interface Readiness {
  readonly status: DeviceNetworkStatus;
  readonly applied: Applied | undefined;
  /** Without a forwarder of its own, the name servers of the status are those in use. */
  readonly isObserving: boolean;
}

/** A management port has an address that can be used, and the resolver has name servers. */
export function isReady({ status, applied, isObserving }: Readiness): boolean {
  const ports = status.Ports ?? [];
  const hasInstalled = isObserving ||
    [...applied?.resolverServers.values() ?? []].some((servers) => servers.length > 0);
  return applied?.resolverError === undefined && usableAddresses(status).length > 0 &&
    ports.some(({ DNSServers }) => (DNSServers ?? []).length > 0) && hasInstalled;
}

/** Ports that are to reach the controller. */
export function managementPorts(dpc: DevicePortConfig): readonly NetworkPortConfig[] {
  return (dpc.Ports ?? []).filter((port) =>
    port.IsMgmt && port.Dhcp !== DhcpType.DhcpTypeNone && !port.InvalidConfig
  );
}

function isCellular({ WirelessCfg }: NetworkPortConfig): boolean {
  return WirelessCfg.WType === WirelessType.WirelessTypeCellular;
}

function exists(network: Network, { IfName }: NetworkPortConfig): boolean {
  return network.links.some(({ name }) => name === IfName);
}
