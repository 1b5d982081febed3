/** Every delay of the deferred queue, in milliseconds (`spec/controllerconn.md §14.3, 14.4`, decisions.md 11). Pure. */
import { drawn, spread, tenPercent } from "../retry/delay_range.ts";
import { delayRange } from "../retry/next_delay.ts";
import { type RetryPolicy, retryPolicy } from "../retry/retry_policy.ts";

/** Sends that may follow one another without a pause; see {@linkcode paceMs}. */
export const paceBurst = 10;
const meanPaceMs = 200;
const schedule = { kind: "exponential", baseMs: 60_000, factor: 2, capMs: 900_000 } as const;

/** An item that the controller refused but may take later: 1, 2, 4, 8, 15, 15 … min, ± 10 %. */
export const deferredItemRetry: RetryPolicy = retryPolicy({
  name: "item",
  what: "a queued message that was refused with 401, 403, 407, 408, 429 or 5xx",
  schedule,
  after: ["refused-retriable"],
  until: "taken, replaced by a newer one, or refused with another 4xx: it is dropped and counted then",
});

/** The whole queue when nobody answered: the same delays, ± 30 s. */
export const deferredQueueRetry: RetryPolicy = retryPolicy({
  name: "queue",
  what: "all queued messages, after one that got no answer",
  schedule,
  jitter: { kind: "around", ms: 30_000 },
  after: ["no-answer", "untrusted", "redirect", "bad-answer", "identity"],
  until: "an answer comes; a new message, or a network that works again, tries at once",
});

/**
 * How long a refused item waits.
 * @param refusals in a row, 1 or more
 * @param random uniform in [0, 1), as everywhere here
 * @param retryAfterMs what the answer asked for
 */
export function itemDelayMs(refusals: number, random: number, retryAfterMs?: number): number {
  return drawn(delayRange(deferredItemRetry, refusals, retryAfterMs), () => random);
}

/**
 * How long the queue waits when nobody answered.
 * @param passes that ended so before, in a row
 */
export function queueDelayMs(passes: number, random: number): number {
  return drawn(delayRange(deferredQueueRetry, passes + 1), () => random);
}

/** From the sign that the network works to the next pass: 1 to 31 s, so that many devices do not come at once. */
export function kickDelayMs(random: number): number {
  return 1_000 + 30_000 * random;
}

/** Room that one send takes: after a burst of {@linkcode paceBurst} about 5 sends a second, ± 10 %. */
export function paceMs(random: number): number {
  return drawn(spread(meanPaceMs, tenPercent), () => random);
}

/** When the next send may begin. @param paced end of the room taken so far, a time */
export function paceFreeAt(paced: number): number {
  return paced - (paceBurst - 1) * meanPaceMs;
}
