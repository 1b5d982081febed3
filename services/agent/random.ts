/** Chance as the programs see it; tests give a seeded one. */
import type { RetryPolicy } from "../../controllerconn/mod.ts";
import { drawn, spread, tenPercent } from "../../controllerconn/retry/delay_range.ts";
import { delayRange } from "../../controllerconn/retry/next_delay.ts";

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
 * `value` ± 10 %, the jitter of every periodic delay that has no band of its own (decisions.md 11). Retries have a policy:
 * {@linkcode retryDelay}.
 */
export function jitter(random: Random, value: number): number {
  return drawn(spread(value, tenPercent), () => random.next());
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return drawn({ lowMs: low, highMs: high }, () => random.next());
}

/**
 * The delay before the next try, in milliseconds.
 * @param attempt failures in a row, 1 after the first
 * @param retryAfterMs what the answer asked for (`retryAfterOf`)
 */
export function retryDelay(
  random: Random,
  policy: RetryPolicy,
  attempt: number = 1,
  retryAfterMs?: number,
): number {
  return drawn(delayRange(policy, attempt, retryAfterMs), () => random.next());
}
