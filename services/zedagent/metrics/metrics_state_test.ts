/** When metrics go out, event by event. */
import { assertEquals } from "@std/assert";
import { type MetricsEffect, type MetricsEvent, type MetricsState, metricsStep } from "./metrics_state.ts";

function run(...events: MetricsEvent[]): { state: MetricsState; effects: readonly MetricsEffect[] } {
  let state: MetricsState = { paceMs: 60, intervalMs: 60 };
  let effects: readonly MetricsEffect[] = [];
  for (const event of events) ({ state, effects } = metricsStep(state, event));
  return { state, effects };
}

const start = { kind: "start" } as const;
const sent = { kind: "sent", delivered: true } as const;
const lost = { kind: "sent", delivered: false } as const;
const interval = (intervalMs: number) => ({ kind: "interval", intervalMs }) as const;

Deno.test("first at the start, then at the pace, delivered or not", () => {
  assertEquals(run(start).effects, [{ kind: "send", intervalMs: 60 }]);
  assertEquals(run(start, sent).effects, [{ kind: "tick-within", paceMs: 60 }]);
  assertEquals(run(start, lost).effects, [{ kind: "tick-within", paceMs: 60 }]);
  assertEquals(run(start, lost, { kind: "tick" }).effects, [{ kind: "send", intervalMs: 60 }]);
});

Deno.test("a shorter interval holds at once", () => {
  assertEquals(run(start, sent, interval(10)).effects, [{ kind: "tick-within", paceMs: 10 }]);
  assertEquals(run(start, interval(10)).effects, []);
  assertEquals(run(start, interval(10), lost).effects, [{ kind: "tick-within", paceMs: 10 }]);
});

Deno.test("a longer one is told of first, and holds only when that was delivered", () => {
  assertEquals(run(start, sent, interval(300)).effects, [{ kind: "send", intervalMs: 300 }]);
  assertEquals(run(start, sent, interval(300), sent).effects, [{ kind: "tick-within", paceMs: 300 }]);
  assertEquals(run(start, sent, interval(300), lost).effects, [{ kind: "tick-within", paceMs: 60 }]);
  const later = run(start, sent, interval(300), lost, { kind: "tick" }, sent);
  assertEquals(later.effects, [{ kind: "tick-within", paceMs: 300 }]);
  // The one under way does not know of it yet.
  assertEquals(run(start, interval(300), sent).effects, [{ kind: "send", intervalMs: 300 }]);
  assertEquals(run(start, interval(300), sent, sent).effects, [{ kind: "tick-within", paceMs: 300 }]);
});

Deno.test("a longer one that is taken back before it was told of changes nothing", () => {
  const back = run(start, sent, interval(300), lost, interval(60));
  assertEquals([back.state, back.effects], [{ paceMs: 60, intervalMs: 60 }, []]);
});

Deno.test("Retry-After goes with the timer, and no slower pace is announced before it is over", () => {
  const refused = { ...lost, retryAfterMs: 900 } as const;
  assertEquals(run(start, refused).effects, [{ kind: "tick-within", paceMs: 60, retryAfterMs: 900 }]);
  assertEquals(run(start, interval(300), refused).effects, [
    { kind: "tick-within", paceMs: 60, retryAfterMs: 900 },
  ]);
});
