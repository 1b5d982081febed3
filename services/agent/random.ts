/** Chance as the programs see it; tests give a seeded one. */

/** A source of random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A random version 4 UUID, lower case. */
  uuid(): string;
}

/** The machine's random numbers. */
export const systemRandom: Random = {
  next: () => Math.random(),
  uuid: () => crypto.randomUUID(),
};

/**
 * `value` ± 10 %, the jitter of every periodic or retry delay that has no band of its own (decisions.md 11).
 */
export function jitter(random: Random, value: number): number {
  return value * (0.9 + 0.2 * random.next());
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}
