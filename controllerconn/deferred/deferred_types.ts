/** The deferred queue as plain data: items, states, events, effects (`spec/controllerconn.md §14`). */
import type { SenderStatus } from "../sender_status.ts";
import type { DeferredCounters } from "./deferred_counters.ts";
import type { DeferredOutcome } from "./deferred_outcome.ts";

/** What a caller puts into the queue. */
export interface DeferredRequest {
  /** One item per key, the newest content wins. */
  readonly key: string;
  /** Decides the priority, and names the item in the log. */
  readonly itemType: string;
  /** As for `Client.sendOnAllIntf`. */
  readonly url: string;
  /** The body of the POST, before it is wrapped; not empty, not changed by the caller afterwards. */
  readonly payload: Uint8Array;
  /** Stop at the first 4xx or 5xx answer instead of trying the next port. */
  readonly bailOnHTTPErr?: boolean;
  /** Lost after the first failure of any kind. */
  readonly discardOnFailure?: boolean;
  /** No warning and no error in the log about it. */
  readonly suppressLogs?: boolean;
}

/** An item while it is queued. */
export interface DeferredItem extends DeferredRequest {
  /** New with each new content. */
  readonly serial: number;
  /** When the key came into the queue. */
  readonly since: number;
  /** Refusals of this content in a row. */
  readonly attempts: number;
  /** Not sent before; `undefined` = ready. */
  readonly retryAt: number | undefined;
  /** Number of the last pass that sent it. */
  readonly tried: number;
}

/** Priorities and limits of a queue. */
export interface DeferredSettings {
  /** Item types, most urgent first; all others come after them. */
  readonly priorities: readonly string[];
  /** How many keys may wait. */
  readonly maxItems: number;
  /** Of all payloads together. */
  readonly maxBytes: number;
}

/** 500 items and 8 MiB, without priorities. */
export const defaultDeferredSettings: DeferredSettings = {
  priorities: [],
  maxItems: 500,
  maxBytes: 8 * 1024 * 1024,
};

/** Times are milliseconds of one clock that never goes back. */
export interface DeferredState {
  /** In queue order; the one that is being sent stays here. */
  readonly items: readonly DeferredItem[];
  /** What is on its way, and whether its key was removed meanwhile. */
  readonly sending: { readonly item: DeferredItem; readonly removed: boolean } | undefined;
  /** `again`: a pass was asked for since the last send began. */
  readonly pass: { readonly number: number; readonly again: boolean } | undefined;
  readonly passes: number;
  /** Next pass for what is ready though the last pass was stopped. */
  readonly timerAt: number | undefined;
  /** Passes in a row that nobody answered. */
  readonly unreachable: number;
  /** End of the room that past sends take; see `paceFreeAt`. */
  readonly paced: number;
  readonly serial: number;
  /** Rotates ports of equal cost; goes up with each send. */
  readonly iteration: number;
  readonly counters: DeferredCounters;
}

/** What happens to a queue. */
export type DeferredEvent =
  | { readonly kind: "set"; readonly request: DeferredRequest }
  | { readonly kind: "remove"; readonly key: string }
  | { readonly kind: "kick-now" }
  | { readonly kind: "kick-within-minute" }
  /** `deferredWakeAt` has come. */
  | { readonly kind: "wake" }
  | {
    readonly kind: "sent";
    readonly serial: number;
    readonly outcome: DeferredOutcome;
    /** For the log. */
    readonly reason: string;
  };

/** What is to be done. */
export type DeferredEffect =
  | { readonly kind: "send"; readonly item: DeferredItem; readonly iteration: number }
  /** The key of what is on its way was removed. */
  | { readonly kind: "abort-send" }
  /** Tells the handler: 0 delivered, 13 still queued after a pass, 12 or more precise: failed. */
  | { readonly kind: "report"; readonly item: DeferredItem; readonly status: SenderStatus }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly text: string };

/** The next state, and what to do, in this order. */
export interface DeferredStep {
  readonly state: DeferredState;
  readonly effects: readonly DeferredEffect[];
}

/** What each step is given besides the event. */
export interface DeferredMoment {
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly settings: DeferredSettings;
}
