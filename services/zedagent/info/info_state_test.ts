/** When device infos go out, event by event. */
import { assert, assertEquals } from "@std/assert";
import {
  type InfoEffect,
  type InfoEvent,
  type InfoState,
  infoStep,
  initialInfo,
  sendOutcome,
} from "./info_state.ts";

function run(...events: InfoEvent[]): { state: InfoState; effects: readonly InfoEffect[]; kinds: string[] } {
  let state = initialInfo;
  let effects: readonly InfoEffect[] = [];
  for (const event of events) ({ state, effects } = infoStep(state, event));
  return { state, effects, kinds: effects.map(({ kind }) => kind) };
}

const request = { kind: "request" } as const;
const timer = { kind: "retry-timer" } as const;
const sent = (httpStatus: number, delivered = false): InfoEvent => ({
  kind: "sent",
  outcome: sendOutcome(httpStatus, delivered),
  reason: `status ${httpStatus}`,
});

Deno.test("requests coalesce: one under way, one more after it", () => {
  assertEquals(run(request).kinds, ["cancel-timer", "send"]);
  assertEquals(run(request, request, request).kinds, []);
  assertEquals(run(request, request, request, sent(201, true)).kinds, ["cancel-timer", "send"]);
  assertEquals(run(request, request, sent(201, true), sent(201, true)).kinds, []);
});

Deno.test("which answers keep a report and which drop it", () => {
  for (const code of [401, 403, 407, 408, 429, 500, 503]) assertEquals(sendOutcome(code, false), "not-now");
  for (const code of [400, 404, 409, 422]) assertEquals(sendOutcome(code, false), "not-taken");
  assertEquals([sendOutcome(0, false), sendOutcome(201, true)], ["no-answer", "delivered"]);
});

Deno.test("refused for now: again after 1, 2, 4, 8, 15, 15 min ± 10 %, whatever is asked for meanwhile", () => {
  const events: InfoEvent[] = [request];
  for (const minutes of [1, 2, 4, 8, 15, 15]) {
    events.push(sent(503));
    const { effects } = run(...events);
    const [wait] = effects.filter((effect) => effect.kind === "retry-in");
    assert(wait?.kind === "retry-in");
    assertEquals([Math.round(wait.lowMs), Math.round(wait.highMs)], [minutes * 54_000, minutes * 66_000]);
    assertEquals(run(...events, request).kinds, []);
    events.push(request, timer);
    assertEquals(run(...events).kinds, ["cancel-timer", "send"]);
  }
  assertEquals(run(...events, sent(201, true)).state.failures, 0);
});

Deno.test("nobody answered: the same waits, but the next change tries at once", () => {
  assertEquals(run(request, sent(0)).kinds, ["log", "retry-in"]);
  assertEquals(run(request, sent(0), request).kinds, ["cancel-timer", "send"]);
});

Deno.test("what the controller does not take is dropped, counted and logged; the next one goes out", () => {
  const dropped = run(request, sent(404));
  assertEquals([dropped.state.dropped, dropped.state.wanted, dropped.kinds], [1, false, ["log"]]);
  assert(dropped.effects[0]?.kind === "log" && dropped.effects[0].level === "error");
  assertEquals(run(request, sent(404), timer).kinds, []);
  assertEquals(run(request, request, sent(422)).kinds, ["log", "cancel-timer", "send"]);
});

Deno.test("publish-all forgets what was refused", () => {
  assertEquals(run(request, sent(503), { kind: "publish-all" }).kinds, ["cancel-timer", "send"]);
  const meanwhile = run(request, sent(503), timer, { kind: "publish-all" }, sent(201, true));
  assertEquals(meanwhile.kinds, ["cancel-timer", "send"]);
});

Deno.test("Retry-After: no sooner than asked, never sooner than the back-off", () => {
  const asked = (retryAfterMs: number) => {
    const { effects } = run(request, { kind: "sent", outcome: "not-now", reason: "503", retryAfterMs });
    return effects.find((effect) => effect.kind === "retry-in");
  };
  assertEquals(asked(300_000), { kind: "retry-in", lowMs: 300_000, highMs: 330_000 });
  assertEquals(asked(5_000), { kind: "retry-in", lowMs: 54_000, highMs: 66_000 });
  assertEquals(asked(1e12)?.lowMs, 3_600_000);
});
