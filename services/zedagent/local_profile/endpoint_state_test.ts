import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../agent/test_device.ts";
import { type EndpointEvent, endpointOff, type EndpointState, endpointStep } from "./endpoint_state.ts";

function run(events: readonly EndpointEvent[], repeatsDiscarded = true) {
  let state: EndpointState = endpointOff;
  const effects: string[] = [];
  for (const event of events) {
    const step = endpointStep(state, event, repeatsDiscarded);
    state = step.state;
    effects.push(...step.effects.map((effect) => effect.kind === "schedule" ? effect.pace : effect.kind));
  }
  return { state, effects };
}

const configured = { kind: "configured" } as const;
const tick = { kind: "tick" } as const;
const trigger = { kind: "trigger" } as const;
const answered = (outcome: "served" | "not-found" | "failed" | "discarded") =>
  ({ kind: "answered", outcome }) as const;

Deno.test("without a server nothing happens, whatever comes", () => {
  for (const event of [tick, trigger, { kind: "interval" }, answered("served")] as const) {
    assertEquals(run([event]).effects, []);
  }
});

Deno.test("asked at once, then at its pace; 404 slows it down and deaf to triggers until it is there", () => {
  const start = [configured, answered("not-found")];
  assertEquals(run(start).effects, ["cancel", "ask", "throttled"]);
  assertEquals(run([...start, trigger]).effects, ["cancel", "ask", "throttled"]);
  assertEquals(run([...start, tick, answered("failed")]).effects.at(-1), "throttled");
  assertEquals(run([...start, tick, answered("served")]).effects.at(-1), "normal");
  assertEquals(run([...start, configured]).effects.slice(3), ["cancel", "ask"]);
  assertEquals(run([configured, answered("failed")]).effects.at(-1), "normal");
});

Deno.test("what is asked for meanwhile is asked once more; a discarded answer too, where the endpoint wants that", () => {
  assertEquals(run([configured, trigger, trigger, answered("served")]).effects, [
    "cancel",
    "ask",
    "cancel",
    "ask",
  ]);
  assertEquals(run([configured, trigger, answered("not-found")]).effects.at(-1), "throttled");
  assertEquals(run([configured, answered("discarded")]).effects.at(-1), "ask");
  assertEquals(run([configured, answered("discarded")], false).effects.at(-1), "normal");
});

Deno.test("no server any more: the timer goes, a late answer changes nothing", () => {
  const { state, effects } = run([configured, { kind: "unconfigured" }, answered("served"), tick]);
  assertEquals([state, effects], [endpointOff, ["cancel", "ask", "cancel"]]);
});

Deno.test("any events: never two questions at once, and while waiting there is exactly one timer", () => {
  const events: EndpointEvent[] = [
    configured,
    { kind: "unconfigured" },
    tick,
    trigger,
    { kind: "interval" },
    answered("served"),
    answered("not-found"),
    answered("failed"),
    answered("discarded"),
  ];
  const random = seededRandom(7);
  let state: EndpointState = endpointOff;
  let asking = false;
  let timers = 0;
  for (let count = 0; count < 20_000; count++) {
    const event = events[Math.floor(random.next() * events.length)] ?? tick;
    if (event.kind === "answered" && !asking) continue;
    if (event.kind === "answered") asking = false;
    if (event.kind === "tick" && timers === 0) continue;
    if (event.kind === "tick") timers = 0;
    const old = state;
    const step = endpointStep(state, event, count % 2 === 0);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === "cancel") timers = 0;
      if (effect.kind === "schedule") timers = 1;
      if (effect.kind === "ask") {
        assert(!asking || old.phase === "off", "a second question");
        asking = true;
      }
    }
    assertEquals(timers, state.phase === "waiting" ? 1 : 0);
  }
});
