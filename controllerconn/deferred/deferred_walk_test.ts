/** The deferred queue under seeded random events: what must hold after each of them. */
import { assert, assertEquals } from "@std/assert";
import { bytesOf } from "./deferred_counters.ts";
import { deferredWakeAt } from "./deferred_pass.ts";
import { deferredStep, initialDeferred } from "./deferred_state.ts";
import { outcomeOf, request } from "./testdata/test_queue.ts";
import type { DeferredEvent, DeferredItem, DeferredState } from "./deferred_types.ts";

const settings = { priorities: ["attest", "app info"], maxItems: 6, maxBytes: 40 };
const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
const codes = [0, 201, 201, 400, 401, 404, 429, 500, 503];

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function checkState(state: DeferredState, now: number): void {
  const { items, sending, pass, counters } = state;
  assertEquals(new Set(items.map(({ key }) => key)).size, items.length, "one item per key");
  assertEquals(new Set(items.map(({ serial }) => serial)).size, items.length, "one item per serial");
  assert(items.every(({ payload }) => payload.length > 0), "no item without content");
  assert(items.length <= settings.maxItems + 1 && bytesOf(items) <= settings.maxBytes * 2, "bounded");
  if (sending === undefined) {
    assert(items.length <= settings.maxItems && bytesOf(items) <= settings.maxBytes, "bounded");
  }
  assert(sending === undefined || pass !== undefined, "sending only in a pass");
  if (sending?.removed) {
    assert(items.every(({ serial }) => serial !== sending.item.serial), "removed stays removed");
  }
  for (const { attempts, retryAt } of items) {
    assertEquals(attempts > 0, retryAt !== undefined, "refused and delayed are one");
    assert(retryAt === undefined || retryAt <= now + 16.5 * 60_000, "no delay beyond 16.5 min");
  }
  const wakeAt = deferredWakeAt(state);
  if (items.length === 0 && pass === undefined) assertEquals(wakeAt, undefined, "an empty queue is at rest");
  if (items.length > 0 && sending === undefined) {
    assert(wakeAt !== undefined && wakeAt <= now + 16.5 * 60_000, "never stuck");
  }
  const ended = counters.delivered + counters.refusals + counters.failures;
  assert(ended <= counters.sends, "no more ends than sends");
}

function walk(seed: number, steps: number): DeferredState {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let state = initialDeferred;
  let now = 0;
  let outside: DeferredItem | undefined;

  const nextEvent = (): DeferredEvent => {
    const chance = random();
    if (state.sending !== undefined && chance < 0.45) {
      return {
        kind: "sent",
        serial: state.sending.item.serial,
        outcome: outcomeOf(pick(codes)),
        reason: "test",
      };
    }
    if (chance < 0.5) {
      return { kind: "sent", serial: Math.floor(random() * 50), outcome: outcomeOf(503), reason: "late" };
    }
    if (chance < 0.7) {
      const text = pick(["x", "y", "0123456789", "x".repeat(30), "", "z".repeat(41)]);
      const itemType = pick(["attest", "app info", "info"]);
      return {
        kind: "set",
        request: request(pick(keys), { text, itemType, discardOnFailure: random() < 0.2 }),
      };
    }
    if (chance < 0.76) return { kind: "remove", key: pick(keys) };
    if (chance < 0.8) return { kind: "kick-now" };
    if (chance < 0.82) return { kind: "kick-within-minute" };
    return { kind: "wake" };
  };

  for (let step = 0; step < steps; step++) {
    const wakeAt = deferredWakeAt(state);
    now = random() < 0.1 && wakeAt !== undefined ? Math.max(now, wakeAt) : now + random() * 40_000;
    const event = nextEvent();
    const late = event.kind === "sent" && event.serial !== state.sending?.item.serial;
    const before = state;
    const { state: after, effects } = deferredStep(state, event, { now, random: random(), settings });
    state = after;
    if (late) assertEquals(state, before, "an answer to nothing changes nothing");
    if (event.kind === "sent" && !late) outside = undefined;
    const sends = effects.filter((effect) => effect.kind === "send");
    assert(sends.length <= 1, "one at a time");
    for (const { item } of sends) {
      assertEquals(outside, undefined, "nothing else is on its way");
      assert(item.retryAt === undefined || item.retryAt <= now, "never before its delay is over");
      outside = item;
    }
    assertEquals(outside?.serial, state.sending?.item.serial, "the runner and the state agree");
    const gone = before.items.filter(({ key }) => !state.items.some((item) => item.key === key));
    for (const { key } of gone) {
      const told = effects.some((effect) =>
        effect.kind === "report" && effect.item.key === key && effect.status !== 13
      );
      const asked = event.kind === "remove" || (event.kind === "set" && event.request.key === key);
      assert(told || asked, `${key} went without a word`);
    }
    checkState(state, now);
  }
  return state;
}

Deno.test("200 seeded walks of 400 events: bounded, never stuck, one at a time, nothing lost without a word", () => {
  const drops: Record<string, number> = {};
  for (let seed = 1; seed <= 200; seed++) {
    const state = walk(seed, 400);
    for (const [name, count] of Object.entries(state.counters.drops)) {
      drops[name] = (drops[name] ?? 0) + count;
    }
  }
  assertEquals(Object.values(drops).every((count) => count > 0), true, JSON.stringify(drops));
});

Deno.test("after any walk a controller that takes everything empties the queue", () => {
  for (let seed = 1; seed <= 100; seed++) {
    let state = walk(seed, 150);
    let now = 150 * 40_000 + 60 * 60_000;
    const step = (event: DeferredEvent) =>
      state = deferredStep(state, event, { now, random: 0.5, settings }).state;
    for (let turns = 0; state.items.length > 0 || state.sending !== undefined; turns++) {
      assert(turns < 100, `seed ${seed}: still ${state.items.length} items`);
      if (state.sending !== undefined) {
        step({ kind: "sent", serial: state.sending.item.serial, outcome: outcomeOf(201), reason: "" });
      } else {
        now = Math.max(now, deferredWakeAt(state) ?? now);
        step({ kind: "wake" });
      }
    }
    assertEquals([state.timerAt, state.unreachable, deferredWakeAt(state)], [undefined, 0, undefined]);
  }
});
