/** What the decider is told, and what it wants done (`spec/nim.md §7.6`). Plain data: whoever runs it does the rest. */
import type {
  AssignableAdapters,
  DeviceNetworkStatus,
  DevicePortConfig,
  DevicePortConfigList,
  NetworkPortStatus,
  RadioSilence,
  WwanStatus,
} from "../../topics/mod.ts";
import type { Applied, Network, TestOutcome, Wanted } from "../parts.ts";
import type { Settings } from "./rules.ts";

/** The moment of an event. */
export interface Now {
  /** Monotonic milliseconds: how long something takes. */
  readonly ms: number;
  /** Go time text of the wall clock, which may jump: what results are marked with. */
  readonly time: string;
}

/**
 * `test`: the periodic test. `better`: back to a better configuration. `pending`: the next look during a
 * verification. `available`: how long the list may stay empty, once after the start.
 */
export type TimerName = "test" | "better" | "pending" | "available";

/** What a network told of its proxies: base64 of the file, and where it was. */
export type FoundProxy = Pick<NetworkPortStatus, "Pacfile" | "WpadURL">;

/** See {@linkcode decide}. */
export type VerifyEvent =
  | { readonly kind: "started" }
  /** `ConfigItemValueMap`, or its defaults where it was deleted; nothing is verified before the first. */
  | { readonly kind: "settings"; readonly settings: Settings }
  /** A sanitized configuration arrived or changed. Key `lps`: overrides. */
  | { readonly kind: "dpc"; readonly dpc: DevicePortConfig }
  | { readonly kind: "dpc-deleted"; readonly dpc: DevicePortConfig }
  | { readonly kind: "network"; readonly network: Network }
  | { readonly kind: "adapters"; readonly adapters: AssignableAdapters }
  | { readonly kind: "wwan"; readonly wwan: WwanStatus }
  /** `radioOff`: the radios are to be silent now, whatever the status says yet. */
  | { readonly kind: "radio"; readonly silence: RadioSilence; readonly radioOff: boolean }
  | { readonly kind: "timer"; readonly timer: TimerName }
  /** Answer to the effect `apply` of that number. */
  | { readonly kind: "applied"; readonly generation: number; readonly applied: Applied }
  /** Answer to the effect `test` of that number. */
  | { readonly kind: "tested"; readonly generation: number; readonly outcome: TestOutcome }
  /** PAC files that networks offer. Interface name → what was found for its port. */
  | { readonly kind: "proxies"; readonly found: ReadonlyMap<string, FoundProxy> }
  /** Something that was left in the background has ended. */
  | { readonly kind: "resume" }
  /** Something that only the applier looks at has changed: certificates, the vault. */
  | { readonly kind: "reconcile"; readonly reason: string };

/** What was decided, for the log and for `--once` (`spec/nim.md §17`). */
export interface DecisionNote {
  readonly kind: "decision";
  readonly level: "info" | "warn";
  /** Of the current configuration; -1 and `""` while nothing is selected. */
  readonly index: number;
  readonly key: string;
  /** EVE's name, `""` before the first test. */
  readonly state: string;
  readonly reason: string;
}

/** For the log. */
export function decisionText({ index, key, state, reason }: DecisionNote): string {
  const name = index === -1 ? "nothing selected" : `index ${index} (${key}) ${state || "untested"}`;
  return `DPC verify: ${name}: ${reason}`;
}

/** See {@linkcode decide}. */
export type VerifyEffect =
  /** To the bus and to flash. */
  | { readonly kind: "publish-list"; readonly list: DevicePortConfigList }
  | { readonly kind: "publish-status"; readonly status: DeviceNetworkStatus }
  /** What was really tested, overrides included; for those who look for a cause. */
  | { readonly kind: "publish-tested"; readonly dpc: DevicePortConfig }
  /** Answered with `applied` and the same number. A newer one replaces it. */
  | {
    readonly kind: "apply";
    readonly generation: number;
    readonly wanted: Wanted;
    readonly network: Network;
  }
  | { readonly kind: "cancel-background" }
  /** Answered with `tested` and the same number. A newer one replaces it. */
  | { readonly kind: "test"; readonly generation: number; readonly status: DeviceNetworkStatus }
  /** Nobody waits for the test under way any more. */
  | { readonly kind: "stop-test" }
  /** What becomes of the trace of a test (`spec/nim.md §15`). */
  | { readonly kind: "dump"; readonly generation: number; readonly outcome: "ok" | "fail" | "drop" }
  /** In `ms` milliseconds, with jitter, but not before `retryAfterMs` are over. */
  | { readonly kind: "arm"; readonly timer: TimerName; readonly ms: number; readonly retryAfterMs?: number }
  | { readonly kind: "disarm"; readonly timer: TimerName }
  | DecisionNote
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly text: string };
