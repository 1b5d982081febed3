/** When a policy tries again (decisions.md 11). Pure: no timers, no clock; chance is passed in. */
import { type DelayRange, drawn, type RandomSource, spread } from "./delay_range.ts";
import { durationText } from "./duration_text.ts";
import { classText, type FailureClass } from "./failure_class.ts";
import type { RetryPolicy, RetrySchedule } from "./retry_policy.ts";

/** A lowest delay is exceeded by up to a tenth and never undercut: a fleet must not come back in the same second. */
const upwards = 1.1;

/** A failed try. */
export interface FailedTry {
  /** Failures in a row, this one included: 1 after the first. Anything below counts as 1. */
  readonly attempt: number;
  /** What class of failure it was. */
  readonly failure: FailureClass;
  /** What the answer asked for (`retryAfterOf`), in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** Whether and when to try again; `why` is for the log. */
export type NextDelay =
  | { readonly retry: true; readonly delayMs: number; readonly why: string }
  | { readonly retry: false; readonly why: string };

/** The delay of a schedule after this many failures, before floor and jitter, in milliseconds. */
export function scheduleMs(schedule: RetrySchedule, attempt: number): number {
  const index = attempt >= 1 ? Math.min(Math.floor(attempt) - 1, Number.MAX_SAFE_INTEGER) : 0;
  switch (schedule.kind) {
    case "fixed":
      return schedule.ms;
    case "exponential": {
      const grown = schedule.baseMs * schedule.factor ** index;
      return schedule.baseMs === 0 ? 0 : Math.min(grown, schedule.capMs);
    }
    case "list":
      return schedule.delaysMs[Math.min(index, schedule.delaysMs.length - 1)] ?? schedule.delaysMs[0];
  }
}

/**
 * How long nobody is asked because the controller said so, in milliseconds: between floor and cap; `undefined` where it said
 * nothing or the policy does not listen.
 */
export function honouredMs(
  { floorMs, retryAfterCapMs }: RetryPolicy,
  retryAfterMs: number | undefined,
): number | undefined {
  if (retryAfterMs === undefined || retryAfterCapMs === undefined) return undefined;
  return Math.min(Math.max(floorMs, retryAfterMs), retryAfterCapMs);
}

/**
 * The range that the next delay is drawn from: schedule and jitter, but never below the floor and never sooner than the
 * controller asked, up to the policy's cap. For reducers, which know no chance; others take {@linkcode nextDelay}.
 * @param retryAfterMs as in {@linkcode FailedTry}
 */
export function delayRange(policy: RetryPolicy, attempt: number, retryAfterMs?: number): DelayRange {
  const { floorMs, jitter, schedule } = policy;
  const planned = spread(Math.max(floorMs, scheduleMs(schedule, attempt)), jitter);
  const lowMs = Math.max(floorMs, planned.lowMs);
  const highMs = planned.highMs > lowMs ? planned.highMs : upwards * lowMs;
  const asked = honouredMs(policy, retryAfterMs);
  return asked === undefined || asked <= lowMs
    ? { lowMs, highMs }
    : { lowMs: asked, highMs: Math.max(highMs, upwards * asked) };
}

/** Whether the policy tries again after this failure, when, and why. */
export function nextDelay(policy: RetryPolicy, failed: FailedTry, random: RandomSource): NextDelay {
  const { attempt, failure, retryAfterMs } = failed;
  const what = `${policy.name}: ${classText[failure]}`;
  if (!policy.after.includes(failure)) return { retry: false, why: `${what}; not tried again` };
  if (policy.maxAttempts !== undefined && attempt >= policy.maxAttempts) {
    return { retry: false, why: `${what}; given up after ${attempt} tries` };
  }
  const range = delayRange(policy, attempt, retryAfterMs);
  const delayMs = drawn(range, random);
  return { retry: true, delayMs, why: `${what}; again in ${durationText(delayMs)}${asking(policy, failed)}` };
}

function asking({ retryAfterCapMs }: RetryPolicy, { retryAfterMs }: FailedTry): string {
  if (retryAfterMs === undefined || retryAfterCapMs === undefined) return "";
  const asked = ` (Retry-After: ${durationText(Math.min(retryAfterMs, 1e15))}`;
  return retryAfterMs > retryAfterCapMs
    ? `${asked}, honoured up to ${durationText(retryAfterCapMs)})`
    : `${asked})`;
}
