/** What the decider knows (`spec/nim.md §7.2`). */
import {
  type AssignableAdapters,
  type DeviceNetworkStatus,
  type DevicePortConfig,
  type DevicePortConfigList,
  DPCState,
  dpcStateName,
  goDeviceNetworkStatus,
  goRadioSilence,
  type RadioSilence,
  type WwanStatus,
} from "../../topics/mod.ts";
import { restore } from "../dpc/restore.ts";
import { type LastResort, noLastResort } from "../last_resort/last_resort.ts";
import { noOverrides, type Overrides } from "../lps/overrides.ts";
import type { Applied, Network } from "../parts.ts";
import type { TimerName } from "./events.ts";
import type { Settings } from "./rules.ts";

/**
 * What is under way. `again`: something changed meanwhile, so a wait that follows is cut short. `periodic`: of the
 * current configuration, by the timer; `improved`: the same because something got better.
 */
export type Work =
  | { readonly kind: "none" }
  | { readonly kind: "applying"; readonly again: boolean }
  | {
    readonly kind: "testing";
    readonly purpose: "verification" | "periodic" | "improved";
    readonly again: boolean;
  };

/** See {@linkcode VerifyState.askedToWait}. */
export interface AskedToWait {
  readonly key: string;
  readonly timePriority: string;
  /** Monotonic milliseconds. */
  readonly untilMs: number;
}

/** See {@linkcode initialState}. */
export interface VerifyState {
  readonly list: DevicePortConfigList;
  /** As subscribers and the flash have it. */
  readonly publishedList: DevicePortConfigList | undefined;
  /** As last published, also by an earlier run; the zero value before. */
  readonly status: DeviceNetworkStatus;
  /** Somebody may have {@linkcode status}. */
  readonly hasStatus: boolean;
  /** `undefined` before they were published for the first time. */
  readonly settings: Settings | undefined;
  /** A configuration is to come from files or from the bootstrap: no last resort at once. */
  readonly expectsBootstrap: boolean;
  readonly network: Network;
  readonly adapters: AssignableAdapters | undefined;
  /** The last one that was about what is wanted. */
  readonly wwan: WwanStatus | undefined;
  /** Of a local profile server, with the results of their ports. */
  readonly overrides: Overrides;
  readonly silence: RadioSilence;
  readonly radioOff: boolean;
  readonly work: Work;
  /** In progress. Neither applying nor testing, it waits for the timer `pending` or for something to change. */
  readonly verification: { readonly startedAt: number } | undefined;
  readonly applyGeneration: number;
  readonly testGeneration: number;
  readonly resolverGeneration: number;
  /** What the last answer said; `undefined` from a new wish to its answer. */
  readonly applied: Applied | undefined;
  /** The last periodic test or verification reached the controller (EVE: controllerConnWorks). */
  readonly controllerWorks: boolean;
  /** Monotonic milliseconds; `undefined` while the current configuration does not work. */
  readonly workingSince: number | undefined;
  readonly timers: ReadonlySet<TimerName>;
  /** An answer over this configuration asked for it (`Retry-After`): no timer tests it before. */
  readonly askedToWait: AskedToWait | undefined;
  readonly lastResort: LastResort;
}

/** Nothing seen, nothing known. */
export const noNetwork: Network = {
  links: [],
  leases: new Map(),
  resolv: new Map(),
  hostResolv: { servers: [], domains: [] },
};

/** See {@linkcode initialState}. */
export interface Begin {
  readonly state: VerifyState;
  /** For the log: stored entries that were left out. */
  readonly refused: readonly string[];
}

/**
 * The start, from what is on disk (`spec/nim.md §4, 6.4`).
 * @param published status of an earlier run: it stands until this one knows better
 */
export function initialState(
  stored: DevicePortConfigList,
  expectsBootstrap: boolean,
  published?: DeviceNetworkStatus,
): Begin {
  const { list, refused } = restore(stored);
  const state: VerifyState = {
    list,
    publishedList: undefined,
    status: published ?? goDeviceNetworkStatus.zero(),
    hasStatus: published !== undefined,
    settings: undefined,
    expectsBootstrap,
    network: noNetwork,
    adapters: undefined,
    wwan: undefined,
    overrides: noOverrides,
    silence: goRadioSilence.zero(),
    radioOff: false,
    work: { kind: "none" },
    verification: undefined,
    applyGeneration: 0,
    testGeneration: 0,
    resolverGeneration: 0,
    applied: undefined,
    controllerWorks: true,
    workingSince: undefined,
    timers: new Set(),
    askedToWait: undefined,
    lastResort: noLastResort,
  };
  return { state, refused: refused.map(({ reason }) => reason) };
}

/** All entries, the most wanted first. */
export function entriesOf(state: VerifyState): readonly DevicePortConfig[] {
  return state.list.PortConfigList ?? [];
}

/** The selected entry, without overrides. */
export function currentOf(state: VerifyState): DevicePortConfig | undefined {
  return entriesOf(state)[state.list.CurrentIndex];
}

/** Its place, key and state: -1 and `""` while nothing is selected, `""` for the state before the first test. */
export function selectedOf(
  state: VerifyState,
): { readonly index: number; readonly key: string; readonly state: string } {
  const current = currentOf(state);
  return current === undefined
    ? { index: -1, key: "", state: "" }
    : { index: state.list.CurrentIndex, key: current.Key, state: dpcStateName(current.State) };
}

/** Milliseconds for which no timer may test the current entry, because the controller asked for it; 0 for none. */
export function heldMs(state: VerifyState, nowMs: number): number {
  const { askedToWait } = state;
  const current = currentOf(state);
  const isOther = current?.Key !== askedToWait?.key || current?.TimePriority !== askedToWait?.timePriority;
  return askedToWait === undefined || isOther ? 0 : Math.max(0, askedToWait.untilMs - nowMs);
}

/** A verification that neither applies nor tests. */
export function isWaiting(state: VerifyState): boolean {
  return state.verification !== undefined && state.work.kind === "none";
}

/** The last word about the current entry was that the controller can be reached over it. */
export function isSuccess(dpc: DevicePortConfig | undefined): boolean {
  return dpc?.State === DPCState.DPC_SUCCESS || dpc?.State === DPCState.DPC_REMOTE_WAIT;
}
