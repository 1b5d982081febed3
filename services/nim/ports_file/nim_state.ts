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
} from "../../topics/mod.ts";
import type { PortVerdict } from "../../../controllerconn/mod.ts";
import { type PingResult, testResultsAfter, testResultsOf } from "./ping_result.ts";
import {
  beginSearch,
  followPorts,
  hasFailed,
  noSearch,
  type ProxySearch,
  searched,
  searchFailure,
  type SearchResult,
  withProxy,
} from "../proxy_search.ts";

/** See {@linkcode initialState}. */
export interface NimState {
  readonly ports: readonly NetworkPortStatus[];
  /** Interface name → results; ports that went away are forgotten. */
  readonly results: ReadonlyMap<string, TestResults>;
  readonly dpcState: number;
  /** Looking for proxies, then pinging. */
  readonly testing: boolean;
  readonly search: ProxySearch;
  /** Something changed while a test ran: its outcome is provisional. */
  readonly testAgain: boolean;
}

export type NimEvent =
  | { readonly kind: "ports"; readonly ports: readonly NetworkPortStatus[] }
  | { readonly kind: "test-timer" }
  /** Interface name → outcome, for each port whose PAC file was looked for. */
  | { readonly kind: "proxies"; readonly results: ReadonlyMap<string, SearchResult> }
  | { readonly kind: "proxy-timer" }
  /** Interface name → outcome, for each port that was pinged; `verdicts` of those that were only looked at. */
  | {
    readonly kind: "tested";
    readonly pings: ReadonlyMap<string, PingResult>;
    readonly verdicts: ReadonlyMap<string, PortVerdict>;
  }
  /** There is nothing to test with yet: no server name, no identity. */
  | { readonly kind: "untestable" };

export type NimEffect =
  | { readonly kind: "publish"; readonly status: DeviceNetworkStatus }
  /** Look for the PAC files of these ports. */
  | { readonly kind: "find-proxies"; readonly ports: readonly string[] }
  /** `failures`: searches in a row that left a port without. */
  | { readonly kind: "arm-proxies"; readonly failures: number }
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
  search: noSearch,
  testAgain: false,
};

/** @param now Go time text */
export function decide(state: NimState, event: NimEvent, now: string): [NimState, NimEffect[]] {
  switch (event.kind) {
    case "ports":
      return portsSeen(state, event.ports);
    case "test-timer":
      return startTest(state);
    case "proxies":
      return proxiesSearched(state, event.results, now);
    case "proxy-timer":
      if (!hasFailed(state.search)) return [state, []];
      return startTest({ ...state, search: { ...state.search, isDue: true } });
    case "tested":
      return tested(state, event, now);
    case "untestable":
      return finish({ ...state, dpcState: DPCState.DPC_NONE }, "failure");
  }
}

function portsSeen(state: NimState, ports: readonly NetworkPortStatus[]): [NimState, NimEffect[]] {
  if (samePorts(state.ports, ports)) return [state, []];
  const results = new Map([...state.results].filter(([name]) => ports.some((port) => port.IfName === name)));
  const seen: NimState = { ...state, ports, results, search: followPorts(state.search, ports) };
  return seen.testing ? [{ ...seen, testAgain: true }, [publish(seen)]] : startTest(seen);
}

function startTest(state: NimState): [NimState, NimEffect[]] {
  if (state.testing) return [{ ...state, testAgain: true }, []];
  const search = beginSearch(state.search, state.ports);
  if (search.underWay.size === 0) return startPings(state);
  const testing: NimState = { ...state, search, testing: true, testAgain: false };
  return [testing, [publish(testing), { kind: "find-proxies", ports: [...search.underWay.keys()] }]];
}

/** The ports that are without now have failed, whatever a ping says: they are to be used through a proxy. */
function proxiesSearched(
  state: NimState,
  found: ReadonlyMap<string, SearchResult>,
  now: string,
): [NimState, NimEffect[]] {
  const search = searched(state.search, state.ports, found);
  const results = new Map(state.results);
  for (const { IfName } of state.ports) {
    const text = searchFailure(search, IfName);
    if (text === undefined || !found.has(IfName)) continue;
    results.set(IfName, testResultsAfter(results.get(IfName) ?? untested, { kind: "failed", text }, now));
  }
  const done: NimState = { ...state, search, results, testing: false };
  const [next, effects] = state.testAgain ? startTest({ ...done, testAgain: false }) : startPings(done);
  return [
    next,
    hasFailed(search) ? [...effects, { kind: "arm-proxies", failures: search.failures }] : effects,
  ];
}

function startPings(state: NimState): [NimState, NimEffect[]] {
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
  { pings, verdicts }: Extract<NimEvent, { kind: "tested" }>,
  now: string,
): [NimState, NimEffect[]] {
  const results = new Map(state.results);
  const old = (name: string) => results.get(name) ?? untested;
  const present = new Set(state.ports.map((port) => port.IfName));
  for (const [name, ping] of pings) {
    if (!present.has(name)) continue;
    results.set(name, testResultsAfter(old(name), withSearchFailure(state.search, name, ping), now));
  }
  for (const [name, verdict] of verdicts) {
    if (!present.has(name) || searchFailure(state.search, name) !== undefined) continue;
    results.set(name, testResultsOf(old(name), verdict, now));
  }
  const kinds = [...pings.values()].map((ping) => ping.kind);
  const dpcState = kinds.includes("ok")
    ? DPCState.DPC_SUCCESS
    : kinds.includes("remote-temporary")
    ? DPCState.DPC_REMOTE_WAIT
    : kinds.includes("not-ready")
    ? DPCState.DPC_IPDNS_WAIT
    : DPCState.DPC_FAIL_WITH_IPANDDNS;
  if (dpcState === DPCState.DPC_SUCCESS) return finish({ ...state, results, dpcState }, "success");
  const asked = [...pings.values()].map((ping) => ping.kind === "ok" ? 0 : ping.retryAfterMs ?? 0);
  return finish({ ...state, results, dpcState }, "failure", Math.max(0, ...asked));
}

/** A port that works without the proxy that it asks for is not as it should be. */
function withSearchFailure(search: ProxySearch, ifName: string, ping: PingResult): PingResult {
  const failure = searchFailure(search, ifName);
  if (failure === undefined) return ping;
  return { kind: "failed", text: ping.kind === "ok" ? failure : `${failure}; ${ping.text}` };
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
  const canFindNames = (port.DNSServers ?? []).length > 0 || (port.Proxies ?? []).length > 0;
  return !port.InvalidConfig && usableAddresses(alone).length > 0 && canFindNames;
}

function publish(state: NimState): NimEffect {
  const Ports = state.ports.map((port) => ({
    ...withProxy(state.search, port),
    ...(state.results.get(port.IfName) ?? untested),
  }));
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
