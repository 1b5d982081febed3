import { assert, assertEquals } from "@std/assert";
import { initialSchedule, nextStartAt, slowDownTicks, step } from "./schedule.ts";
import type { ScheduleEvent, ScheduleState } from "./schedule_state.ts";
import type { Outcome } from "./response_policy.ts";

const middle = () => 0.5;

/** A schedule with a clock of its own; `published` counts the effects. */
class Bench {
  state: ScheduleState;
  now = 1000;
  /** How far the wall clock has jumped. */
  jumped = 0;
  published = 0;
  constructor(fast = false) {
    this.state = initialSchedule(this.moment, middle);
    if (fast) this.on({ kind: "fastUpload", on: true, left: 0 });
  }
  get moment() {
    return { wall: 1_700_000_000_000 + this.jumped + this.now, monotonic: this.now };
  }
  on(event: ScheduleEvent): this {
    const { state, effects } = step(this.state, event, this.moment, middle);
    this.state = state;
    this.published += effects.length;
    return this;
  }
  result(outcome: Outcome, more: { retryAfterMs?: number; suspects?: number } = {}): this {
    return this.on({ kind: "started" })
      .on({ kind: "result", outcome, retryAfterMs: 0, suspects: 0, left: 0, ...more });
  }
  toTick(left = 0): this {
    this.now = Math.max(this.now, this.state.tickAt);
    return this.on({ kind: "tick", left });
  }
  get mayStart(): boolean {
    return nextStartAt(this.state, this.moment) <= this.now;
  }
}

Deno.test("[loguploader#14] the first file starts after about 90 s, fresh ones wait for the tick", () => {
  const bench = new Bench();
  assertEquals([bench.state.intervalSec, bench.state.tickAt - bench.now], [90, 90_000]);
  bench.on({ kind: "files", ready: 4 });
  assert(!bench.mayStart);
  assert(bench.toTick(4).mayStart);
  assert(bench.state.intervalSec >= 72 && bench.state.intervalSec <= 107);
  bench.on({ kind: "idle", inFlight: 0 });
  assert(!bench.mayStart);
});

Deno.test("a backlog starts at once and keeps to two files a second without fast upload", () => {
  const bench = new Bench().on({ kind: "files", ready: 5 });
  assert(bench.mayStart);
  bench.result("delivered");
  assert(!bench.mayStart);
  bench.now += 500;
  assert(bench.mayStart);
});

Deno.test("[loguploader#15] fast upload: files start as they come; off again: they wait", () => {
  const bench = new Bench(true);
  assertEquals(bench.state.intervalSec, 3);
  assert(bench.state.tickAt - bench.now <= 1000);
  bench.toTick().on({ kind: "idle", inFlight: 0 }).on({ kind: "files", ready: 1 });
  assert(bench.mayStart);
  bench.result("delivered");
  assert(bench.mayStart, "no pace");
  bench.on({ kind: "fastUpload", on: false, left: 1 });
  assert(!bench.mayStart);
  assert(bench.state.intervalSec >= 72);
});

Deno.test("[loguploader#16] three failures in a row publish FailedToSend, three deliveries clear it", () => {
  const bench = new Bench(true).toTick();
  assert(bench.state.failedToSend, "presumed at the start");
  bench.result("delivered");
  assertEquals(
    [bench.state.failedToSend, bench.published],
    [false, 1],
    "the first delivery ends the presumption",
  );
  bench.result("unavailable").result("unavailable");
  bench.result("delivered").result("unavailable").result("rejected").result("unavailable");
  assertEquals([bench.state.failedToSend, bench.published], [false, 1]);
  bench.now += 5000;
  bench.result("unavailable");
  assertEquals([bench.state.failedToSend, bench.published], [true, 2]);
  assertEquals(bench.state.failSince, bench.moment);
  bench.result("delivered").result("forbidden").result("delivered");
  assertEquals(bench.state.failedToSend, true);
  bench.result("delivered");
  assertEquals([bench.state.failedToSend, bench.published], [false, 3]);
});

Deno.test("failures from the start on end the presumption without a publication", () => {
  const bench = new Bench().toTick();
  bench.result("unavailable").result("unavailable").result("unavailable");
  assertEquals([bench.state.failedToSend, bench.state.presumed, bench.published], [true, false, 0]);
  bench.result("delivered").result("delivered");
  assertEquals(bench.state.failedToSend, true);
});

Deno.test("trouble narrows the stream to one and three in a row stop it until the tick", () => {
  const bench = new Bench(true).toTick().result("delivered");
  assertEquals(bench.state.window, 4);
  bench.result("unavailable");
  assertEquals(bench.state.window, 1);
  assert(bench.mayStart, "another queue may try");
  bench.result("forbidden").result("unavailable");
  assert(!bench.mayStart);
  assert(bench.toTick().mayStart);
  bench.result("delivered");
  assertEquals(bench.state.window, 4);
});

Deno.test("a wall clock that jumps, years forth or back, changes no wait", () => {
  const plays = [0, 9e11, -9e11].map((jumped) => {
    const bench = new Bench().toTick(10).result("delivered").result("throttled");
    for (let n = 0; n < 3; n++) bench.toTick(10).result("unavailable");
    bench.jumped = jumped;
    const waits: unknown[] = [];
    for (const outcome of ["unavailable", "throttled", "forbidden", "delivered", "delivered"] as const) {
      bench.toTick(10).result(outcome, { retryAfterMs: outcome === "forbidden" ? 0 : 5_000 });
      const { tickAt, startAt, intervalSec, backOffUntil, failedToSend } = bench.state;
      waits.push([tickAt, startAt, intervalSec, backOffUntil, failedToSend]);
    }
    return waits;
  });
  assertEquals(plays[1], plays[0]);
  assertEquals(plays[2], plays[0]);
});

Deno.test("a long outage spreads its tries, and the first delivery ends that", () => {
  const bench = new Bench().toTick();
  bench.result("unavailable").result("unavailable").result("unavailable");
  bench.now += 1_300_000;
  bench.toTick(10);
  assert(bench.state.intervalSec >= 180, String(bench.state.intervalSec));
  bench.result("delivered");
  assert(bench.state.intervalSec <= 107 && bench.state.tickAt <= bench.now + 107_000);
  bench.now += 500;
  assert(bench.mayStart, "the backlog drains on");
});

Deno.test("[loguploader#19] 429: one file a tick for an hour, the interval doubled once a burst", () => {
  const bench = new Bench(true).toTick().result("throttled").result("throttled").result("throttled");
  assertEquals(bench.state.intervalSec, 10);
  assert(!bench.mayStart);
  assert(bench.state.tickAt >= bench.now + 10_000);
  bench.on({ kind: "files", ready: 50 });
  assert(!bench.mayStart);
  bench.toTick(50);
  assert(bench.mayStart);
  bench.result("delivered");
  assert(!bench.mayStart, "one in this tick");
  const intervals: number[] = [];
  for (let i = 0; i < 7; i++) intervals.push(bench.toTick(50).result("throttled").state.intervalSec);
  assertEquals(intervals, [20, 40, 80, 160, 300, 300, 300]);
  bench.now += 3_600_000;
  bench.toTick(50).result("delivered");
  bench.now += 500;
  assert(bench.mayStart, "the hour is over");
  assertEquals(bench.state.intervalSec, 10, "doubled base for another hour");
});

Deno.test("[loguploader#19] Retry-After is never undercut, not by fast upload or a new address either", () => {
  const bench = new Bench().toTick().result("throttled", { retryAfterMs: 600_000 });
  bench.on({ kind: "fastUpload", on: true, left: 9 }).on({ kind: "addressGained" });
  assert(bench.state.tickAt >= bench.now + 600_000);
  assert(!bench.mayStart);
  const unavailable = new Bench(true).toTick().result("unavailable", { retryAfterMs: 30_000 });
  assert(!unavailable.mayStart);
  assert(unavailable.state.tickAt >= unavailable.now + 30_000);
  assert(unavailable.toTick().mayStart);
});

Deno.test("when every file is rejected the files are not to blame: one try a tick, ever slower", () => {
  const bench = new Bench(true).toTick().result("delivered");
  for (let suspects = 1; suspects <= 7; suspects++) bench.result("rejected", { suspects });
  assert(bench.mayStart);
  bench.result("rejected", { suspects: 8 });
  assert(!bench.mayStart);
  bench.toTick();
  assert(bench.mayStart);
  bench.result("rejected", { suspects: 8 });
  assert(!bench.toTick().mayStart, "two ticks now");
  assert(bench.toTick().mayStart);
  bench.result("delivered");
  assertEquals([bench.state.rejectAllRun, bench.state.window], [0, 4]);
});

Deno.test("an address that comes during trouble brings the next tick near, with jitter", () => {
  const bench = new Bench().toTick().on({ kind: "addressGained" });
  assert(bench.state.tickAt > bench.now + 70_000, "no trouble, no hurry");
  bench.result("unavailable").on({ kind: "addressGained" });
  assertEquals(bench.state.tickAt, bench.now + 5500);
});

Deno.test("NewlogMetrics are asked for after a tick or a drain with attempts, not without", () => {
  const bench = new Bench(true).toTick().on({ kind: "idle", inFlight: 0 });
  assertEquals(bench.published, 0);
  bench.result("rejected").on({ kind: "idle", inFlight: 1 });
  assertEquals(bench.published, 0);
  bench.on({ kind: "idle", inFlight: 0 }).on({ kind: "idle", inFlight: 0 });
  assertEquals(bench.published, 1);
  bench.result("rejected").toTick().toTick();
  assertEquals(bench.published, 2);
});

Deno.test("slowing down doubles, up to about 300 s", () => {
  assertEquals([1, 2, 3, 4, 5].map((n) => slowDownTicks(n, 90)), [1, 2, 3, 3, 3]);
  assertEquals([1, 2, 7, 8, 99].map((n) => slowDownTicks(n, 3)), [1, 2, 64, 100, 100]);
  assertEquals(slowDownTicks(9, 600), 1);
});
