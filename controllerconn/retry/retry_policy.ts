/**
 * What is tried again, when, after which failures, and until when: one plain value for each thing that the project repeats.
 * `next_delay.ts` reads it for the programs, `explain_retry.ts` for people.
 */
import { type JitterBand, tenPercent } from "./delay_range.ts";
import type { FailureClass } from "./failure_class.ts";

/** Delays before jitter, in milliseconds; all grow or stay, none shrinks. */
export type RetrySchedule =
  | { readonly kind: "fixed"; readonly ms: number }
  /** `baseMs`, then each `factor` times the one before, up to `capMs`. */
  | {
    readonly kind: "exponential";
    readonly baseMs: number;
    readonly factor: number;
    readonly capMs: number;
  }
  /** One after the other; the last one stays. */
  | { readonly kind: "list"; readonly delaysMs: readonly [number, ...number[]] };

/** See the head of this file. Made by {@linkcode retryPolicy}. */
export interface RetryPolicy {
  /** Short, one word in the table. */
  readonly name: string;
  /** What is done again, in words. */
  readonly what: string;
  /** How long the delay is after which failure. */
  readonly schedule: RetrySchedule;
  /** The config item that `schedule` was made from, if there is one. */
  readonly setBy?: string;
  /** How far chance may move it. */
  readonly jitter: JitterBand;
  /** No delay is shorter, whatever schedule, jitter or controller say; above 0. */
  readonly floorMs: number;
  /** The longest `Retry-After` that is honoured; `undefined` where no controller is asked. */
  readonly retryAfterCapMs: number | undefined;
  /** After these it is tried again; after every other class it is not. */
  readonly after: readonly FailureClass[];
  /** Tries in all; `undefined` for no limit. */
  readonly maxAttempts?: number;
  /** What ends the repetition, in words. */
  readonly until: string;
}

/** A wrong `Retry-After` must not silence a device for days. */
export const longestRetryAfterMs = 3_600_000;

/** Every way in which a request to the controller can fail, but for our own end. */
export const everyFailure: readonly FailureClass[] = [
  "no-answer",
  "untrusted",
  "refused-retriable",
  "refused-final",
  "redirect",
  "bad-answer",
  "identity",
];

/** What may be left out takes these values: ± 10 %, floor 100 ms, `Retry-After` up to an hour, after every failure. */
export type RetryPolicyParts =
  & Pick<RetryPolicy, "name" | "what" | "schedule" | "until">
  & Partial<RetryPolicy>;

/**
 * Fills in what was left out.
 * @throws {RangeError} a policy that could give no delay, or the same one to a whole fleet: floor not above 0, a band
 * without width or below 0, a schedule that shrinks. A mistake of the programmer, found at the start
 */
export function retryPolicy(parts: RetryPolicyParts): RetryPolicy {
  const policy: RetryPolicy = {
    jitter: tenPercent,
    floorMs: 100,
    retryAfterCapMs: longestRetryAfterMs,
    after: everyFailure,
    ...parts,
  };
  const problem = flaw(policy);
  if (problem !== undefined) throw new RangeError(`retry policy ${policy.name}: ${problem}`);
  return policy;
}

/** The same for what happens on the device itself: no controller, so no `Retry-After`. */
export function localRetryPolicy(parts: RetryPolicyParts): RetryPolicy {
  return retryPolicy({ retryAfterCapMs: undefined, after: ["local"], ...parts });
}

function flaw({ schedule, jitter, floorMs, retryAfterCapMs, maxAttempts }: RetryPolicy): string | undefined {
  if (!isPositive(floorMs)) return `expected a floor above 0 ms, got ${floorMs}`;
  if (retryAfterCapMs !== undefined && !(isPositive(retryAfterCapMs) && retryAfterCapMs >= floorMs)) {
    return `expected a cap for Retry-After of at least ${floorMs} ms, got ${retryAfterCapMs}`;
  }
  if (maxAttempts !== undefined && !(maxAttempts >= 1)) {
    return `expected 1 try or more, got ${maxAttempts}`;
  }
  const hasWidth = jitter.kind === "around"
    ? isPositive(jitter.ms)
    : jitter.low >= 0 && jitter.low < jitter.high && Number.isFinite(jitter.high);
  if (!hasWidth) return `expected a jitter band with a width, got ${JSON.stringify(jitter)}`;
  return scheduleFlaw(schedule);
}

function scheduleFlaw(schedule: RetrySchedule): string | undefined {
  const numbers = schedule.kind === "fixed"
    ? [schedule.ms]
    : schedule.kind === "exponential"
    ? [schedule.baseMs, schedule.capMs]
    : schedule.delaysMs;
  const wrong = numbers.find((ms) => !(ms >= 0 && Number.isFinite(ms)));
  if (wrong !== undefined) return `expected delays of 0 ms or more, got ${wrong}`;
  if (schedule.kind === "exponential" && !(schedule.factor >= 1 && Number.isFinite(schedule.factor))) {
    return `expected a factor of 1 or more, got ${schedule.factor}`;
  }
  const shrinks = schedule.kind === "list" && numbers.some((ms, index) => ms < (numbers[index - 1] ?? 0));
  return shrinks ? `expected delays that don't shrink, got ${numbers.join(", ")}` : undefined;
}

function isPositive(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}
