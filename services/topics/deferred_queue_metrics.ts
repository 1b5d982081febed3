/**
 * `zedagent/DeferredQueueMetrics`: how the queues of reports stand, for people and `busctl`. A topic of our own: EVE has no
 * counters of its queues, and no Go agent reads this one. Key: watchdog name of the queue (`spec/controllerconn.md §14`).
 */
import { goMap } from "./go_containers.ts";
import { goUint, goUint32 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** Numbers since the start, but for the first three, which are as of the publication. */
export const goDeferredQueueMetrics = goStruct({
  Items: goUint32,
  Bytes: goUint,
  /** For how long the oldest key waits. */
  OldestAgeMs: goUint,
  Sends: goUint,
  Delivered: goUint,
  DeliveredBytes: goUint,
  /** Answers of 400 to 599. */
  Refusals: goUint,
  /** Sends that nobody answered. */
  Failures: goUint,
  /** Items lost, by class: `http-4xx`, `http-5xx`, `no-answer`, `pushed-out`, `too-large`, `empty`. */
  Drops: goMap(goUint),
});
/** See {@linkcode goDeferredQueueMetrics}. */
export type DeferredQueueMetrics = GoValue<typeof goDeferredQueueMetrics>;
