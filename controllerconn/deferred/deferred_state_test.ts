/** The deferred queue as a reducer, event by event. */
import { assert, assertEquals } from "@std/assert";
import { deferredSnapshot } from "./deferred_counters.ts";
import { deferredOutcome, isRetriable } from "./deferred_outcome.ts";
import { itemDelayMs } from "./deferred_delay.ts";
import { deferredWakeAt } from "./deferred_pass.ts";
import { testQueue } from "./testdata/test_queue.ts";

const minute = 60_000;

Deno.test("which results deliver, keep and lose an item", () => {
  const error = { kind: "http-status" } as never;
  const outcome = (code: number, status: 0 | 2 | 10 = 0) =>
    deferredOutcome({ error, status, lastHTTPStatusCode: code, headers: {} }, 0);
  for (const code of [401, 403, 407, 408, 429, 500, 503, 599]) {
    assertEquals(isRetriable(code), true, `${code}`);
  }
  for (const code of [400, 402, 404, 409, 410, 422, 499]) assertEquals(isRetriable(code), false, `${code}`);
  assertEquals(outcome(404, 10), { kind: "refused", status: 10, code: 404, retriable: false });
  assertEquals(outcome(500), { kind: "refused", status: 12, code: 500, retriable: true });
  for (const code of [0, 202, 302]) assertEquals(outcome(code), { kind: "no-answer", status: 12 });
  const inFront = { error: { kind: "client-cert" } as never, status: 0, lastHTTPStatusCode: 400 } as const;
  assertEquals(deferredOutcome({ ...inFront, headers: {} }, 0), { kind: "no-answer", status: 12 });
  const none = { lastHTTPStatusCode: 200, headers: {} };
  assertEquals(deferredOutcome({ ...none, status: 0 }, 0), { kind: "delivered" });
  assertEquals(deferredOutcome({ ...none, status: 2 }, 0), { kind: "no-answer", status: 2 });
});

Deno.test("an item is not tried again sooner than its refusal asked for, and not later than an hour for it", () => {
  const headers = { "retry-after": "600" };
  const error = { kind: "http-status" } as never;
  const refusal = deferredOutcome({ error, status: 0, lastHTTPStatusCode: 429, headers }, 0);
  assertEquals(refusal, { kind: "refused", status: 12, code: 429, retriable: true, retryAfterMs: 600_000 });
  for (const random of [0, 0.5, 0.999]) {
    assert(itemDelayMs(1, random) < 2 * minute);
    assert(itemDelayMs(1, random, 600_000) >= 10 * minute);
    assert(itemDelayMs(1, random, 1e9) < 67 * minute);
  }
});

Deno.test("[controllerconn#31] 503 keeps the item and does not stop the others; 400 drops with an error log", () => {
  const queue = testQueue();
  queue.set("a").set("b").set("c");
  queue.answer(503);
  assertEquals(queue.onItsWay, "b");
  queue.answer(400).answer(201);
  assertEquals([queue.keys, queue.onItsWay], [["a"], undefined]);
  assertEquals(queue.logged.filter((line) => line.startsWith("error")).length, 1);
  assert(queue.logged.some((line) => /^error .* is not taken: .*dropped.*key b$/.test(line)));
  assertEquals(deferredSnapshot(queue.state, queue.now).drops["http-4xx"], 1);
});

Deno.test("[controllerconn#31] unreachable stops the pass and keeps the item as it is", () => {
  const queue = testQueue();
  queue.set("a").set("b").answer(0);
  // b was set while a was on its way: that asks for one more pass, which fails as well.
  assertEquals(queue.onItsWay, "a");
  queue.answer(0);
  assertEquals([queue.keys, queue.onItsWay], [["a", "b"], undefined]);
  assertEquals(queue.state.items.map(({ attempts, retryAt }) => [attempts, retryAt]), [[0, undefined], [
    0,
    undefined,
  ]]);
});

Deno.test("[controllerconn#31] DiscardOnFailure drops always and the pass goes on; each class is counted", () => {
  const queue = testQueue();
  const discardOnFailure = true;
  for (const key of ["a", "b", "c", "d", "e"]) queue.set(key, { discardOnFailure });
  for (const code of [0, 503, 400, 429, 201]) queue.answer(code);
  assertEquals([queue.keys, queue.told("a"), queue.told("b")], [[], [12], [2]]);
  assertEquals(queue.state.counters.drops, {
    "http-4xx": 2,
    "http-5xx": 1,
    "no-answer": 1,
    "pushed-out": 0,
    "too-large": 0,
    "empty": 0,
  });
  const { sends, delivered, refusals, failures } = queue.state.counters;
  assertEquals([sends, delivered, refusals, failures], [5, 1, 3, 1]);
});

Deno.test("[controllerconn#32] a refused item waits 1, 2, 4, 8, 15, 15 min, ± 10 %", () => {
  for (const random of [0, 0.5, 0.999_999]) {
    const queue = testQueue({ random });
    queue.set("a");
    for (const minutes of [1, 2, 4, 8, 15, 15, 15]) {
      queue.answer(429);
      const delay = (deferredWakeAt(queue.state) ?? 0) - queue.now;
      assertEquals(
        Math.round(delay / minute / minutes * 10) / 10,
        Math.round((0.9 + 0.2 * random) * 10) / 10,
      );
      queue.advance(delay - 1);
      assertEquals(queue.onItsWay, undefined);
      queue.advance(1);
      assertEquals(queue.onItsWay, "a");
    }
  }
});

Deno.test("[controllerconn#32] same bytes keep the delay, new bytes reset it", () => {
  const queue = testQueue();
  queue.set("a").answer(503).advance(minute).answer(503);
  const { attempts, retryAt } = queue.state.items[0] ?? {};
  queue.set("a");
  assertEquals([queue.onItsWay, queue.state.items[0]?.attempts, queue.state.items[0]?.retryAt], [
    undefined,
    attempts,
    retryAt,
  ]);
  queue.advance(minute).set("a");
  assertEquals([attempts, queue.onItsWay], [2, undefined]);
  queue.set("a", { text: "other" });
  assertEquals([queue.onItsWay, queue.state.items[0]?.attempts], ["a", 0]);
});

Deno.test("[controllerconn#32] same bytes set while they are on their way keep the delay too (weak spot 11)", () => {
  const queue = testQueue();
  queue.set("a").answer(503).advance(minute);
  assertEquals(queue.onItsWay, "a");
  queue.set("a").answer(503);
  assertEquals([queue.onItsWay, queue.state.items[0]?.attempts], [undefined, 2]);
  queue.advance(2 * minute).set("a").answer(201);
  assertEquals([queue.keys, queue.state.counters.sends], [[], 3]);
});

Deno.test("[controllerconn#32] delayed items go last, the others keep their order", () => {
  const queue = testQueue();
  for (const key of ["a", "b", "c", "d"]) queue.set(key);
  queue.answer(503).answer(201).answer(503).answer(0);
  assertEquals(queue.keys, ["d", "a", "c"]);
});

Deno.test("[controllerconn#32] priorities: attest, app info, hardware info, the rest in queue order", () => {
  const queue = testQueue({ priorities: ["attest", "app info", "hardware info"] });
  queue.set("first");
  const kinds = { i1: "info", h1: "hardware info", i2: "info", a1: "app info", a2: "app info", c1: "attest" };
  for (const [key, itemType] of Object.entries(kinds)) queue.set(key, { itemType });
  const order: unknown[] = [];
  for (; queue.onItsWay !== undefined; queue.advance(1000)) {
    order.push(queue.onItsWay);
    queue.answer(201);
  }
  assertEquals(order, ["first", "c1", "a1", "a2", "h1", "i1", "i2"]);
});

Deno.test("[controllerconn#33] a warning at 20 refusals and at 40, none when SuppressLogs", () => {
  for (const suppressLogs of [false, true]) {
    const queue = testQueue();
    queue.set("a", { suppressLogs });
    for (let refusals = 1; refusals <= 40; refusals++) {
      queue.answer(503);
      const warnings = queue.logged.filter((line) => !line.startsWith("info"));
      assertEquals(warnings.length, suppressLogs ? 0 : Math.floor(refusals / 20), `${refusals}`);
      queue.advance(17 * minute);
    }
  }
});

Deno.test("[controllerconn#33] one warning when a pass leaves more than 50, none when all have SuppressLogs", () => {
  const warnings = (count: number, loud: number) => {
    const queue = testQueue();
    for (let index = 0; index < count; index++) queue.set(`k${index}`, { suppressLogs: index >= loud });
    for (; queue.state.pass !== undefined; queue.advance(100)) {
      if (queue.onItsWay !== undefined) queue.answer(503);
    }
    return queue.logged.filter((line) => line.startsWith("warn"));
  };
  assertEquals([warnings(50, 50), warnings(51, 0)], [[], []]);
  const [line, ...more] = warnings(51, 1);
  assert(line?.includes("51 items are left") && more.length === 0, line);
});

Deno.test("[controllerconn#34] the handler sees 0 for success, 12 or the status for a failure, 13 for what remains", () => {
  const queue = testQueue();
  queue.set("a").set("b").set("c").set("d").answer(201).answer(503).answer(404).answer(0);
  assertEquals(queue.told("a"), [0]);
  assertEquals(queue.told("c"), [10]);
  assertEquals(queue.told("d"), [12, 13]);
  assertEquals(queue.told("b"), [2, 13]);
  const plain = testQueue();
  plain.set("a").answer(500);
  assertEquals(plain.told("a"), [12, 13]);
});

Deno.test("[controllerconn#35] after the kick a pass comes within 60 s, and unreachable starts again at 1 min", () => {
  for (const random of [0, 0.5, 0.999_999]) {
    const queue = testQueue({ random });
    queue.set("a");
    for (let passes = 0; passes < 6; passes++) queue.answer(0).advance(16 * minute);
    queue.answer(0);
    assert((deferredWakeAt(queue.state) ?? 0) - queue.now >= 14 * minute);
    queue.step({ kind: "kick-within-minute" });
    const wait = (deferredWakeAt(queue.state) ?? 0) - queue.now;
    assert(wait >= 1_000 && wait <= 31_000, `${wait}`);
    queue.advance(wait);
    assertEquals(queue.onItsWay, "a");
    queue.answer(0);
    assert((deferredWakeAt(queue.state) ?? 0) - queue.now <= 1.5 * minute);
  }
});

Deno.test("[controllerconn#35] a kick while a send hangs: one more pass as soon as it has failed", () => {
  const queue = testQueue();
  queue.set("a").step({ kind: "kick-within-minute" }).advance(4 * minute).answer(0);
  assertEquals([queue.onItsWay, queue.state.timerAt], ["a", undefined]);
  queue.answer(0);
  assertEquals(queue.onItsWay, undefined);
  const soon = testQueue();
  soon.set("a").advance(10 * minute).step({ kind: "kick-within-minute" }).answer(0);
  assertEquals([soon.onItsWay, (deferredWakeAt(soon.state) ?? 0) - soon.now], [undefined, 16_000]);
});

Deno.test("unreachable: again after 1, 2, 4, 8, 15, 15 min ± 30 s; a kick now does not make the wait longer", () => {
  for (const random of [0, 0.5, 0.999_999]) {
    const queue = testQueue({ random });
    queue.set("a");
    for (const minutes of [1, 2, 4, 8, 15, 15]) {
      queue.answer(0);
      const due = deferredWakeAt(queue.state) ?? 0;
      assertEquals(Math.round(due - queue.now), Math.round(minutes * minute + (2 * random - 1) * 30_000));
      queue.advance(10_000).step({ kind: "kick-now" });
      assertEquals(queue.onItsWay, "a");
      queue.answer(0);
      assertEquals(deferredWakeAt(queue.state), due);
      queue.advance(due - queue.now);
      assertEquals(queue.onItsWay, "a");
    }
    queue.answer(201);
    assertEquals([queue.state.timerAt, deferredWakeAt(queue.state)], [undefined, undefined]);
  }
});

Deno.test("new bytes set while the old are on their way: the outcome is told, the new go out in the same pass", () => {
  for (const [code, status] of [[201, 0], [503, 2], [404, 10]] as const) {
    const queue = testQueue();
    queue.set("a", { text: "old" }).set("a", { text: "new" }).answer(code);
    assertEquals([queue.told("a"), queue.onItsWay, queue.state.items[0]?.attempts], [[status], "a", 0]);
    assertEquals(queue.state.counters.drops["http-4xx"], 0);
    queue.answer(201);
    assertEquals(queue.keys, []);
  }
});

Deno.test("removed while it is on its way: aborted, never back, nothing told, and the pass goes on (weak spot 11)", () => {
  for (const code of [0, 201, 503, 404]) {
    const queue = testQueue();
    queue.set("a").set("b").step({ kind: "remove", key: "a" });
    assertEquals(queue.aborted, 1);
    queue.answer(code);
    assertEquals([queue.keys, queue.onItsWay, queue.told("a")], [["b"], "b", []]);
  }
  const again = testQueue();
  again.set("a", { text: "old" }).step({ kind: "remove", key: "a" }).set("a", { text: "new" }).answer(0);
  assertEquals([again.keys, again.onItsWay], [["a"], "a"]);
  const waiting = testQueue();
  waiting.set("a").answer(503).step({ kind: "remove", key: "a" });
  assertEquals([waiting.keys, deferredWakeAt(waiting.state)], [[], undefined]);
});

Deno.test("an item without content or above the whole limit is never kept, nor is what its key had (weak spot 11)", () => {
  const queue = testQueue({ maxBytes: 100 });
  queue.set("a").answer(503).set("a", { text: "" });
  assertEquals([queue.keys, queue.state.counters.drops.empty, deferredWakeAt(queue.state)], [
    [],
    1,
    undefined,
  ]);
  queue.set("b", { text: "x".repeat(101) });
  assertEquals([queue.keys, queue.state.counters.drops["too-large"], queue.onItsWay], [[], 1, undefined]);
  assertEquals(queue.logged.filter((line) => line.startsWith("error")).length, 2);
});

Deno.test("full: the oldest of the lowest priority goes, counted, logged, told as 12; what is on its way stays", () => {
  const queue = testQueue({ priorities: ["attest"], maxItems: 3 });
  queue.set("i1").advance(5);
  for (const [key, itemType] of [["c1", "attest"], ["i2", "info"], ["i3", "info"]] as const) {
    queue.set(key, { itemType }).advance(5);
  }
  assertEquals([queue.keys, queue.told("i2"), queue.onItsWay], [["i1", "c1", "i3"], [12], "i1"]);
  assertEquals(queue.state.counters.drops["pushed-out"], 1);
  assert(queue.logged.some((line) => line.startsWith("error") && line.includes("key i2")));
  queue.set("c2", { itemType: "attest" }).advance(5).set("i4");
  assertEquals(queue.keys, ["i1", "c1", "c2"]);
  const bytes = testQueue({ maxBytes: 10 });
  bytes.set("a", { text: "1234" }).set("b", { text: "1234" }).set("c", { text: "1234" });
  assertEquals(bytes.keys, ["a", "c"]);
});

Deno.test("drained at a pace: 10 at once, then about 5 a second", () => {
  const queue = testQueue();
  for (let index = 0; index < 60; index++) queue.set(`k${index}`);
  const starts: number[] = [];
  while (queue.keys.length > 0) {
    if (queue.onItsWay === undefined) queue.advance(1);
    else {
      starts.push(queue.now);
      queue.answer(201);
    }
  }
  const first = starts[0] ?? 0;
  assertEquals(starts.filter((start) => start - first < 100).length, 10);
  assert((starts.at(-1) ?? 0) - first >= 49 * 200, `${starts.at(-1)}`);
  const busiest = starts.map((start) =>
    starts.filter((other) => other >= start && other < start + 1000).length
  );
  assert(Math.max(...busiest) <= 15, `${busiest}`);
});

Deno.test("the snapshot: items, bytes, and the age of the oldest key, whatever its content", () => {
  const queue = testQueue();
  queue.set("a", { text: "123" }).advance(1000).set("b", { text: "12" }).advance(500).set("a", { text: "1" });
  const { items, bytes, oldestAgeMs } = deferredSnapshot(queue.state, queue.now);
  assertEquals([items, bytes, oldestAgeMs], [2, 3, 1500]);
  assertEquals(deferredSnapshot(testQueue().state, 7).oldestAgeMs, 0);
});
