/** What `loguploader` tries again (`docs/spec/loguploader.md §3, 4.3, 5`; decisions.md 21). */
import { type JitterBand, localRetryPolicy, retryPolicy } from "../../controllerconn/mod.ts";

/** Seconds between two ticks before anything is known, and with little to send. */
export const slowestBase = 90;
/** Longest rest of a file, of a queue, of everything, in milliseconds. */
const longestRestMs = 300_000;

const setByBacklog = "the backlog (3 s from 1000 files on), newlog.allow.fastupload (3 s)";

/** What was asked for is not undercut: a held drain goes on up to a tenth later. */
export const heldBand: JitterBand = { kind: "factor", low: 1, high: 1.1 };

/** Files that nobody answered for: with the next tick, one until one is taken. */
export const tickRetry = retryPolicy({
  name: "files",
  what:
    "files that wait, after no answer or an answer that says nothing about them; one a tick until one is taken",
  schedule: { kind: "fixed", ms: slowestBase * 1000 },
  setBy: setByBacklog,
  jitter: { kind: "factor", low: 0.8, high: 1.2 },
  after: ["no-answer", "untrusted", "refused-retriable", "redirect", "bad-answer", "identity"],
  until: "the file is delivered",
});

/** The tick when nothing has been delivered for 20 min (`spec/loguploader.md §4.3`). */
export const longOutageRetry = retryPolicy({
  name: "outage",
  what: "the same, when nothing has been delivered for 20 min",
  schedule: { kind: "fixed", ms: 540_000 },
  jitter: { kind: "around", ms: 360_000 },
  after: tickRetry.after,
  until: "a file is delivered; a new address brings the next try within 10 s",
});

/** Something that was refused: a file, an app's queue, or everything, counted in ticks. @param intervalSec of the tick */
export const restRetry = (intervalSec: number) =>
  retryPolicy({
    name: "refused",
    what: "a file after another 4xx, a queue after 401, 403, 407; one tick, then twice as many",
    schedule: {
      kind: "exponential",
      baseMs: 1000 * Math.max(1, intervalSec),
      factor: 2,
      capMs: longestRestMs,
    },
    setBy: setByBacklog,
    jitter: tickRetry.jitter,
    after: ["refused-final", "refused-retriable"],
    until: "delivered; a file refused 11 times goes to failedUpload, unless all are refused",
  });

/** After 429, once a tick. @param intervalSec of the tick in force */
export const throttledRetry = (intervalSec: number) =>
  retryPolicy({
    name: "429",
    what: "everything, after 429; one file a tick for an hour, then half as often as otherwise for another",
    schedule: { kind: "exponential", baseMs: 2000 * intervalSec, factor: 2, capMs: longestRestMs },
    jitter: heldBand,
    floorMs: 10_000,
    after: ["refused-retriable"],
    until: "delivered",
  });

/** A start gate (`spec/loguploader.md §3`). */
export const startRetry = localRetryPolicy({
  name: "start",
  what: "reading /config/server and the identity at the start",
  schedule: { kind: "fixed", ms: 10_000 },
  until: "they can be used",
});

/** For `--explain-retry`; what depends on the tick is shown for the slowest one. */
export const retryPolicies = [
  tickRetry,
  longOutageRetry,
  restRetry(slowestBase),
  throttledRetry(slowestBase),
  startRetry,
] as const;
