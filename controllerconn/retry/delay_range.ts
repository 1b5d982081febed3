/** Where a delay comes from chance: the one implementation of jitter in the project (decisions.md 11). Pure. */

/** Uniform in [0, 1). */
export type RandomSource = () => number;

/** A delay drawn uniformly from [lowMs, highMs). */
export interface DelayRange {
  /** Milliseconds. */
  readonly lowMs: number;
  /** Milliseconds; never reached. */
  readonly highMs: number;
}

/** How far a delay may lie from its value: by factors of it, or by milliseconds on both sides. */
export type JitterBand =
  | { readonly kind: "factor"; readonly low: number; readonly high: number }
  | { readonly kind: "around"; readonly ms: number };

/** ± 10 %, of every delay that has no band of its own in the spec (decisions.md 11). */
export const tenPercent: JitterBand = { kind: "factor", low: 0.9, high: 1.1 };

/** The band of EVE's flexible tickers: 0.3 to 1.0 times the interval (`spec/zedagent.md §4`). */
export const flexTicker: JitterBand = { kind: "factor", low: 0.3, high: 1 };

/** The band around a value; never below 0. */
export function spread(valueMs: number, band: JitterBand): DelayRange {
  return band.kind === "factor"
    ? { lowMs: band.low * valueMs, highMs: band.high * valueMs }
    : { lowMs: Math.max(0, valueMs - band.ms), highMs: valueMs + band.ms };
}

/** One delay out of a range. */
export function drawn({ lowMs, highMs }: DelayRange, random: RandomSource): number {
  return lowMs + (highMs - lowMs) * random();
}
