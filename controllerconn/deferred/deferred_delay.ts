/** Every delay of the deferred queue, in milliseconds (`spec/controllerconn.md §14.3, 14.4`, decisions.md 11). Pure. */

const minuteMs = 60_000;
const longestMs = 15 * minuteMs;

/** Sends that may follow one another without a pause; see {@linkcode paceMs}. */
export const paceBurst = 10;
const meanPaceMs = 200;

const doubled = (times: number) => Math.min(minuteMs * 2 ** times, longestMs);
const jittered = (ms: number, random: number) => ms * (0.9 + 0.2 * random);

/**
 * How long a refused item waits: 1, 2, 4, 8, 15, 15 … min, ± 10 %.
 * @param refusals in a row, 1 or more
 * @param random uniform in [0, 1), as everywhere here
 */
export function itemDelayMs(refusals: number, random: number): number {
  return jittered(doubled(refusals - 1), random);
}

/**
 * How long the queue waits when nobody answered: 1, 2, 4, 8, 15, 15 … min, ± 30 s.
 * @param passes that ended so before, in a row
 */
export function queueDelayMs(passes: number, random: number): number {
  return doubled(passes) + (2 * random - 1) * 30_000;
}

/** From the sign that the network works to the next pass: 1 to 31 s, so that many devices do not come at once. */
export function kickDelayMs(random: number): number {
  return 1_000 + 30_000 * random;
}

/** Room that one send takes: after a burst of {@linkcode paceBurst} about 5 sends a second, ± 10 %. */
export function paceMs(random: number): number {
  return jittered(meanPaceMs, random);
}

/** When the next send may begin. @param paced end of the room taken so far, a time */
export function paceFreeAt(paced: number): number {
  return paced - (paceBurst - 1) * meanPaceMs;
}
