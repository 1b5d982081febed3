import { assert, assertEquals, assertThrows } from "@std/assert";
import { type JitterBand, spread } from "./delay_range.ts";
import type { FailureClass } from "./failure_class.ts";
import { delayRange, nextDelay, scheduleMs } from "./next_delay.ts";
import { everyFailure, type RetryPolicy, retryPolicy, type RetrySchedule } from "./retry_policy.ts";

const middle = () => 0.5;
const policy = (parts: Partial<RetryPolicy> = {}) =>
  retryPolicy({
    name: "test",
    what: "the test",
    until: "never",
    schedule: { kind: "exponential", baseMs: 1_000, factor: 2, capMs: 600_000 },
    ...parts,
  });

/** The same numbers in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

Deno.test("schedules: fixed, exponential with a cap, a list whose last delay stays", () => {
  const delays = (schedule: RetrySchedule, attempts: number[]) =>
    attempts.map((attempt) => scheduleMs(schedule, attempt));
  assertEquals(delays({ kind: "fixed", ms: 15_000 }, [0, 1, 2, Infinity]), Array(4).fill(15_000));
  const exponential: RetrySchedule = { kind: "exponential", baseMs: 1_000, factor: 2, capMs: 600_000 };
  assertEquals(delays(exponential, [1, 2, 3, 10, 11, 5_000, Infinity]), [
    1_000,
    2_000,
    4_000,
    512_000,
    600_000,
    600_000,
    600_000,
  ]);
  assertEquals(delays({ ...exponential, factor: 1 }, [1, Infinity]), [1_000, 1_000]);
  assertEquals(delays({ ...exponential, baseMs: 0 }, [1, 9, Infinity]), [0, 0, 0]);
  assertEquals(delays({ kind: "list", delaysMs: [1, 5, 30] }, [NaN, -1, 1, 2, 3, 4, Infinity]), [
    1,
    1,
    1,
    5,
    30,
    30,
    30,
  ]);
});

Deno.test("jitter is 10 % both ways unless the policy has its own band", () => {
  assertEquals(delayRange(policy(), 3), { lowMs: 3_600, highMs: 4_400 });
  const flex = policy({ jitter: { kind: "factor", low: 0.3, high: 1 } });
  assertEquals(delayRange(flex, 4), { lowMs: 2_400, highMs: 8_000 });
  const around = policy({ jitter: { kind: "around", ms: 30_000 }, floorMs: 500 });
  assertEquals(delayRange(around, 1), { lowMs: 500, highMs: 31_000 });
  assertEquals(delayRange(around, 9), { lowMs: 226_000, highMs: 286_000 });
});

Deno.test("Retry-After: at least what was asked, up to the cap, never undercut by jitter or by the floor", () => {
  const range = (retryAfterMs: number, parts: Partial<RetryPolicy> = {}) =>
    delayRange(policy({ retryAfterCapMs: 60_000, ...parts }), 1, retryAfterMs);
  assertEquals(range(0), { lowMs: 900, highMs: 1_100 });
  assertEquals(range(500), { lowMs: 900, highMs: 1_100 });
  assertEquals(range(1_000), { lowMs: 1_000, highMs: 1_100 });
  assertEquals(range(20_000), { lowMs: 20_000, highMs: 22_000 });
  assertEquals(range(86_400_000), { lowMs: 60_000, highMs: 66_000 });
  assertEquals(range(Infinity), { lowMs: 60_000, highMs: 66_000 });
  assertEquals(range(0, { floorMs: 5_000 }), { lowMs: 5_000, highMs: 5_500 });
  const local = { ...policy(), retryAfterCapMs: undefined };
  assertEquals(delayRange(local, 1, 20_000), { lowMs: 900, highMs: 1_100 });
});

Deno.test("classes of failure: tried again only after those of the policy, and no more often than it says", () => {
  const cautious = policy({ after: ["no-answer", "refused-retriable"], maxAttempts: 3 });
  const after = (failure: FailureClass, attempt = 1) =>
    nextDelay(cautious, { attempt, failure, retryAfterMs: undefined }, middle);
  assertEquals(after("no-answer"), { retry: true, delayMs: 1_000, why: "test: no answer; again in 1 s" });
  assertEquals(after("no-answer", 2), { retry: true, delayMs: 2_000, why: "test: no answer; again in 2 s" });
  assertEquals(after("no-answer", 3), { retry: false, why: "test: no answer; given up after 3 tries" });
  assertEquals(after("refused-final"), {
    retry: false,
    why: "test: refused (other 4xx); not tried again",
  });
  assertEquals(after("aborted").retry, false);
  assert(
    !everyFailure.includes("aborted") && everyFailure.every((each) =>
      nextDelay(policy(), {
        attempt: 1,
        failure: each,
      }, middle).retry
    ),
  );
});

Deno.test("why tells what the controller asked for", () => {
  const why = (retryAfterMs: number) =>
    nextDelay(policy(), { attempt: 1, failure: "refused-retriable", retryAfterMs }, () => 0).why;
  const refused = "test: refused for now (401, 403, 407, 408, 429, 5xx)";
  assertEquals(why(120_000), `${refused}; again in 2 min (Retry-After: 2 min)`);
  assertEquals(why(36_000_000), `${refused}; again in 1 h (Retry-After: 10 h, honoured up to 1 h)`);
});

Deno.test("property: for any policy, attempt and Retry-After the delay is above 0 and within cap and band; it never shrinks", () => {
  const random = seeded(20_260_105);
  const pick = (low: number, high: number) => low + (high - low) * random();
  const anySchedule = (): RetrySchedule => {
    switch (Math.floor(3 * random())) {
      case 0:
        return { kind: "fixed", ms: random() < 0.2 ? 0 : pick(0, 1e6) };
      case 1:
        return {
          kind: "exponential",
          baseMs: random() < 0.2 ? 0 : pick(0, 1e5),
          factor: pick(1, 5),
          capMs: pick(0, 1e6),
        };
      default: {
        const [first = 0, ...rest] = Array.from({ length: 1 + Math.floor(5 * random()) }, () => pick(0, 1e6))
          .toSorted((a, b) => a - b);
        return { kind: "list", delaysMs: [first, ...rest] };
      }
    }
  };
  const anyBand = (): JitterBand =>
    random() < 0.5
      ? { kind: "factor", low: pick(0, 1), high: pick(1.01, 2) }
      : { kind: "around", ms: pick(1, 60_000) };
  for (let round = 0; round < 20_000; round++) {
    const floorMs = pick(1, 5_000);
    const any = policy({
      schedule: anySchedule(),
      jitter: anyBand(),
      floorMs,
      retryAfterCapMs: pick(floorMs, 1e7),
    });
    const attempt = [NaN, -1, 0, 1, 2, 3, 50, 1e9, Infinity][Math.floor(9 * random())] ?? 1;
    const retryAfterMs = [undefined, 0, pick(0, 1e5), 1e12, Infinity][Math.floor(5 * random())];
    const told = JSON.stringify({ any, attempt, retryAfterMs });
    const next = nextDelay(any, { attempt, failure: "no-answer", retryAfterMs }, random);
    assert(next.retry);
    assert(Number.isFinite(next.delayMs) && next.delayMs >= floorMs, told);
    const cap = Math.max(scheduleMs(any.schedule, Infinity), floorMs);
    const band = spread(cap, any.jitter).highMs;
    const asked = retryAfterMs === undefined ? 0 : Math.min(retryAfterMs, any.retryAfterCapMs ?? 0);
    assert(next.delayMs <= Math.max(band, 1.1 * floorMs, 1.1 * asked), told);
    assert(next.delayMs >= asked, told);
    const { lowMs, highMs } = delayRange(any, attempt, retryAfterMs);
    assert(lowMs < highMs, told);
    const delays = [1, 2, 3, 4, 5, 6, 20, 100].map((each) => scheduleMs(any.schedule, each));
    assert(delays.every((ms, index) => ms >= (delays[index - 1] ?? 0)), told);
  }
});

Deno.test("a policy that could give no delay or no jitter can't be made", () => {
  const wrong: [Partial<RetryPolicy>, string][] = [
    [{ floorMs: 0 }, "floor above 0"],
    [{ floorMs: -1 }, "floor above 0"],
    [{ floorMs: NaN }, "floor above 0"],
    [{ retryAfterCapMs: 1 }, "cap for Retry-After"],
    [{ retryAfterCapMs: Infinity }, "cap for Retry-After"],
    [{ maxAttempts: 0 }, "1 try or more"],
    [{ jitter: { kind: "factor", low: 1, high: 1 } }, "with a width"],
    [{ jitter: { kind: "factor", low: -1, high: 1 } }, "with a width"],
    [{ jitter: { kind: "around", ms: 0 } }, "with a width"],
    [{ schedule: { kind: "fixed", ms: -1 } }, "0 ms or more"],
    [{ schedule: { kind: "fixed", ms: Infinity } }, "0 ms or more"],
    [{ schedule: { kind: "exponential", baseMs: 1, factor: 0.5, capMs: 9 } }, "factor of 1 or more"],
    [{ schedule: { kind: "list", delaysMs: [5, 4] } }, "don't shrink"],
  ];
  for (const [parts, problem] of wrong) assertThrows(() => policy(parts), RangeError, problem);
});
