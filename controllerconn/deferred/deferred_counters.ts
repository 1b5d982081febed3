/** What a deferred queue counts, since its start. Pure. */
import type { DeferredItem } from "./deferred_types.ts";

/** Why an item was lost. */
export type DropClass =
  /** The controller does not take it. */
  | "http-4xx"
  /** With DiscardOnFailure only. */
  | "http-5xx"
  /** With DiscardOnFailure only: nobody answered. */
  | "no-answer"
  /** The queue was full. */
  | "pushed-out"
  /** Larger than the whole queue may be. */
  | "too-large"
  /** Without content: there is nothing to send. */
  | "empty";

/** Numbers since the start. */
export interface DeferredCounters {
  /** Begun. */
  readonly sends: number;
  /** Taken by the controller. */
  readonly delivered: number;
  /** Of their payloads, before they are wrapped. */
  readonly deliveredBytes: number;
  /** Answers of 400 to 599. */
  readonly refusals: number;
  /** Sends that nobody answered. */
  readonly failures: number;
  /** Items that were lost, by the reason. */
  readonly drops: Readonly<Record<DropClass, number>>;
}

/** All zero. */
export const noDeferredCounters: DeferredCounters = {
  sends: 0,
  delivered: 0,
  deliveredBytes: 0,
  refusals: 0,
  failures: 0,
  drops: { "http-4xx": 0, "http-5xx": 0, "no-answer": 0, "pushed-out": 0, "too-large": 0, "empty": 0 },
};

/** The counters, and how the queue stands. */
export interface DeferredSnapshot extends DeferredCounters {
  /** Waiting, with the one that is on its way. */
  readonly items: number;
  /** Of all payloads, before they are wrapped. */
  readonly bytes: number;
  /** For how long the oldest key waits, in milliseconds; 0 without one. New content makes a key no younger. */
  readonly oldestAgeMs: number;
}

/** One more of this class. */
export function countDrop(counters: DeferredCounters, drop: DropClass): DeferredCounters {
  return { ...counters, drops: { ...counters.drops, [drop]: counters.drops[drop] + 1 } };
}

/** Sum of the payloads. */
export function bytesOf(items: readonly DeferredItem[]): number {
  return items.reduce((sum, { payload }) => sum + payload.length, 0);
}

/** The counters as of `now`. */
export function deferredSnapshot(
  { items, counters }: { readonly items: readonly DeferredItem[]; readonly counters: DeferredCounters },
  now: number,
): DeferredSnapshot {
  const oldest = items.reduce((earliest, { since }) => Math.min(earliest, since), now);
  return { ...counters, items: items.length, bytes: bytesOf(items), oldestAgeMs: now - oldest };
}
