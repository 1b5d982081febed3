/** Interleaved rounds: whatever slows the machine down meets all contestants alike. */

/** One thing to be timed. Set-up and clean-up belong into `before`. */
export interface Contestant {
  readonly name: string;
  /** Not timed. */
  before?(round: number): void | Promise<void>;
  /** Timed; a number returned is the time in milliseconds instead. */
  run(round: number): void | number | Promise<void | number>;
}

/**
 * Runs all contestants `rounds` times in turns, the first one changing from turn to turn.
 * @param warmUp rounds before, not counted
 * @param turn how many rounds a contestant does before the next one comes: where the time between two rounds of the
 * same one matters. `rounds` and `warmUp` are multiples of it
 * @returns milliseconds of each round, by name
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
  warmUp: number,
  turn = 1,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let begin = -warmUp; begin < rounds; begin += turn) {
    const first = ((begin + warmUp) / turn) % contestants.length;
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      for (let round = begin; round < begin + turn; round++) {
        const took = await timeOf(contestant, round);
        if (round >= 0) times.get(contestant.name)?.push(took);
      }
    }
  }
  return times;
}

async function timeOf(contestant: Contestant, round: number): Promise<number> {
  await contestant.before?.(round);
  const start = performance.now();
  const own = await contestant.run(round);
  return own ?? performance.now() - start;
}

/** @param share 0.5 for the median. @throws {RangeError} without values */
export function percentile(values: readonly number[] | undefined, share: number): number {
  const sorted = [...values ?? []].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (found === undefined) throw new RangeError("no values to take a percentile of");
  return found;
}

/** See {@linkcode percentile}. */
export function median(values: readonly number[] | undefined): number {
  return percentile(values, 0.5);
}
