/**
 * What nim knows and does next, as a pure reducer: ports seen, pings, and the `DeviceNetworkStatus` that follows from
 * them. In this first form there is no DevicePortConfig: `DPCKey` is empty, and `State` says what the pings say.
 */
import {
  type DeviceNetworkStatus,
  DPCState,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
  type NetworkPortStatus,
  type TestResults,
  usableAddresses,
  zeroTime,
} from "../topics/mod.ts";
import { type PingResult, testResultsAfter } from "./ping_result.ts";

/** See {@linkcode initialState}. */
export interface NimState {
  readonly ports: readonly NetworkPortStatus[];
  /** Interface name → results; ports that went away are forgotten. */
  readonly results: ReadonlyMap<string, TestResults>;
  readonly dpcState: number;
  readonly testing: boolean;
  /** Something changed while a test ran: its outcome is provisional. */
  readonly testAgain: boolean;
}

export type NimEvent =
  | { readonly kind: "ports"; readonly ports: readonly NetworkPortStatus[] }
  | { readonly kind: "test-timer" }
  /** Interface name → outcome, for each port that was pinged. */
  | { readonly kind: "tested"; readonly pings: ReadonlyMap<string, PingResult> }
  /** There is nothing to test with yet: no server name, no identity. */
  | { readonly kind: "untestable" };

export type NimEffect =
  | { readonly kind: "publish"; readonly status: DeviceNetworkStatus }
  /** Ping the controller over each of these ports. */
  | { readonly kind: "test"; readonly ports: readonly string[] }
  /** `retryAfterMs`: the longest wait that an answer asked for. */
  | { readonly kind: "arm-test"; readonly after: "success" | "failure"; readonly retryAfterMs?: number };

const untested: TestResults = {
  LastFailed: zeroTime,
  LastSucceeded: zeroTime,
  LastError: "",
  LastWarning: "",
};

/** Nothing seen yet. */
export const initialState: NimState = {
  ports: [],
  results: new Map(),
  dpcState: DPCState.DPC_NONE,
  testing: false,
  testAgain: false,
};

/** @param now Go time text */
export function decide(state: NimState, event: NimEvent, now: string): [NimState, NimEffect[]] {
  switch (event.kind) {
    case "ports":
      return portsSeen(state, event.ports);
    case "test-timer":
      return startTest(state);
    case "tested":
      return tested(state, event.pings, now);
    case "untestable":
      return finish({ ...state, dpcState: DPCState.DPC_NONE }, "failure");
  }
}

function portsSeen(state: NimState, ports: readonly NetworkPortStatus[]): [NimState, NimEffect[]] {
  if (samePorts(state.ports, ports)) return [state, []];
  const results = new Map([...state.results].filter(([name]) => ports.some((port) => port.IfName === name)));
  const seen: NimState = { ...state, ports, results };
  return seen.testing ? [{ ...seen, testAgain: true }, [publish(seen)]] : startTest(seen);
}

function startTest(state: NimState): [NimState, NimEffect[]] {
  if (state.testing) return [{ ...state, testAgain: true }, []];
  const targets = state.ports.filter(isTestable).map((port) => port.IfName);
  if (targets.length === 0) {
    const waiting: NimState = {
      ...state,
      dpcState: state.ports.some((port) => port.IsMgmt) ? DPCState.DPC_IPDNS_WAIT : DPCState.DPC_NONE,
    };
    return [waiting, [publish(waiting)]];
  }
  const testing: NimState = { ...state, testing: true, testAgain: false };
  return [testing, [publish(testing), { kind: "test", ports: targets }]];
}

function tested(
  state: NimState,
  pings: ReadonlyMap<string, PingResult>,
  now: string,
): [NimState, NimEffect[]] {
  const results = new Map(state.results);
  for (const [name, ping] of pings) {
    results.set(name, testResultsAfter(results.get(name) ?? untested, ping, now));
  }
  const kinds = [...pings.values()].map((ping) => ping.kind);
  const dpcState = kinds.includes("ok")
    ? DPCState.DPC_SUCCESS
    : kinds.includes("remote-temporary")
    ? DPCState.DPC_REMOTE_WAIT
    : DPCState.DPC_FAIL_WITH_IPANDDNS;
  if (dpcState === DPCState.DPC_SUCCESS) return finish({ ...state, results, dpcState }, "success");
  const asked = [...pings.values()].map((ping) => ping.kind === "ok" ? 0 : ping.retryAfterMs ?? 0);
  return finish({ ...state, results, dpcState }, "failure", Math.max(0, ...asked));
}

/** @param retryAfterMs 0 for none */
function finish(
  state: NimState,
  after: "success" | "failure",
  retryAfterMs = 0,
): [NimState, NimEffect[]] {
  const done: NimState = { ...state, testing: false, testAgain: false };
  if (state.testAgain) return startTest(done);
  const asked = retryAfterMs > 0 ? { retryAfterMs } : {};
  return [done, [publish(done), { kind: "arm-test", after, ...asked }]];
}

function isTestable(port: NetworkPortStatus): boolean {
  const alone = goDeviceNetworkStatus.make({ Version: 1, Ports: [port] });
  return !port.InvalidConfig && usableAddresses(alone).length > 0 && (port.DNSServers ?? []).length > 0;
}

function publish(state: NimState): NimEffect {
  const Ports = state.ports.map((port) => ({ ...port, ...(state.results.get(port.IfName) ?? untested) }));
  return {
    kind: "publish",
    status: goDeviceNetworkStatus.make({ Version: 1, Testing: state.testing, State: state.dpcState, Ports }),
  };
}

function samePorts(a: readonly NetworkPortStatus[], b: readonly NetworkPortStatus[]): boolean {
  return a.length === b.length && a.every((port, i) => {
    const other = b[i];
    return other !== undefined && goNetworkPortStatus.equal(port, other);
  });
}
