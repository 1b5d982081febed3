import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { delayRange } from "../../../controllerconn/mod.ts";
import { lpsRetry, lpsThrottledRetry, signalRetry } from "../retry_policies.ts";
import { initialSignals, lineCutter, longestLine, signalLine, type SignalState } from "./signal.ts";

const start = initialSignals(0);
const triggers = (line: string, state: SignalState = start, now = 0) => [
  ...signalLine(state, line, now).triggers,
];

Deno.test("endpoints by name and by number, in both spellings of the field; unknown ones are ignored", () => {
  assertEquals(
    triggers(
      '{"pendingChanges":["CONFIG_ENDPOINT_RADIO","CONFIG_ENDPOINT_NETWORK","CONFIG_ENDPOINT_X",5,99]}',
    ),
    ["radio", "network", "devinfo"],
  );
  assertEquals(triggers('{"pending_changes":["CONFIG_ENDPOINT_LOCAL_PROFILE"],"else":1}'), ["profile"]);
  assertEquals(triggers('{"pendingChanges":["CONFIG_ENDPOINT_APP_INFO","CONFIG_ENDPOINT_APP_BOOT_INFO"]}'), [
    "appinfo",
    "appbootinfo",
  ]);
  assertEquals([triggers("{}"), triggers("  "), triggers('{"pendingChanges":null}')], [[], [], []]);
});

Deno.test("three at once, then one in three seconds; more than 32 endpoints are dropped and cost nothing", () => {
  const line = '{"pendingChanges":["CONFIG_ENDPOINT_RADIO"]}';
  const obeyed = (times: readonly number[]) => {
    let state = start;
    return times.map((now) => {
      const step = signalLine(state, line, now);
      state = step.state;
      return step.triggers.size;
    });
  };
  assertEquals(obeyed([0, 0, 0, 0, 2999, 3000, 3001, 6000, 60_000, 60_000, 60_000, 60_000]), [
    ...[1, 1, 1, 0, 0, 1, 0, 1],
    ...[1, 1, 1, 0],
  ]);
  const many = signalLine(start, JSON.stringify({ pendingChanges: new Array(33).fill(2) }), 0);
  assertEquals([many.triggers.size, many.state], [0, { ...start, dropped: 1 }]);
  assertStringIncludes(many.report ?? "", "33");
  assertEquals(triggers(JSON.stringify({ pendingChanges: new Array(32).fill(2) })), ["radio"]);
});

Deno.test("lines that are no signal are said, shortened, and obeyed in nothing", () => {
  for (const line of ["x".repeat(5000), "[]", "null", "3", '{"pendingChanges":{}}']) {
    const step = signalLine(start, line, 0);
    assertEquals([step.triggers.size, step.state], [0, { ...start, dropped: 1 }], line.slice(0, 20));
    assertEquals((step.report ?? "").length > 0 && (step.report ?? "").length < 400, true);
  }
});

Deno.test("of many dropped lines the first is told, and their number when one is obeyed again", () => {
  const told: string[] = [];
  let state = start;
  const take = (line: string) => {
    const step = signalLine(state, line, 0);
    state = step.state;
    if (step.report !== undefined) told.push(step.report);
  };
  const good = '{"pendingChanges":[2]}';
  for (let count = 0; count < 1000; count++) take("nonsense");
  assertEquals(told.length, 1);
  for (const line of [good, good, "nonsense", good, good]) take(line);
  assertEquals(told.map((text) => text.replace(/:.*/, "")), [
    "dropped",
    "1000 in a row were dropped; this one is obeyed",
    "dropped",
    "dropped",
  ]);
});

Deno.test("lines are put together from pieces; one that never ends is refused", () => {
  const cutter = lineCutter();
  assertEquals([cutter.push("a"), cutter.push("b\nc\n\nd"), cutter.push("\n")], [[], ["ab", "c", ""], ["d"]]);
  cutter.push("x".repeat(longestLine));
  assertThrows(() => cutter.push("x"), RangeError);
});

Deno.test("the stream is opened again after 1 to 30 s; questions come in [0.88, 1.1) of their interval", () => {
  const middle = (attempt: number) => {
    const { lowMs, highMs } = delayRange(signalRetry, attempt);
    return Math.round((lowMs + highMs) / 2);
  };
  assertEquals([1, 2, 3, 4, 5, 6, 60].map(middle), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  const band = (
    { lowMs, highMs }: { lowMs: number; highMs: number },
  ) => [Math.round(lowMs), Math.round(highMs)];
  assertEquals(band(delayRange(lpsRetry("radio", 5000), 1)), [4400, 5500]);
  assertEquals(band(delayRange(lpsThrottledRetry("radio", 300_000), 1)), [264_000, 330_000]);
});
