import { assertEquals } from "@std/assert";
import { type ConfigItemValueMap, defaultConfigItems } from "../../topics/mod.ts";
import { lastDump, type TraceQuestion, wantsTrace } from "./when_to_trace.ts";

const now = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;
const nothing: TraceQuestion = {
  items: undefined,
  isOnboarded: true,
  updateInprogress: false,
  isNetworkFit: true,
  now,
  startedAt: now - 60_000,
  dumpedAt: [],
};

function mapOf(values: Readonly<Record<string, number | boolean>>): ConfigItemValueMap {
  const map = defaultConfigItems();
  const GlobalSettings = { ...map.GlobalSettings };
  for (const [key, value] of Object.entries(values)) {
    const item = GlobalSettings[key];
    if (item === undefined) throw new Error(`no config item ${key}`);
    GlobalSettings[key] = typeof value === "number"
      ? { ...item, IntValue: value }
      : { ...item, BoolValue: value };
  }
  return { ...map, GlobalSettings };
}

Deno.test("the first is due at once, the next a day later, an hour before onboarding", () => {
  assertEquals(wantsTrace(nothing), true);
  const after = (ms: number, isOnboarded: boolean) =>
    wantsTrace({ ...nothing, isOnboarded, dumpedAt: [now - 99 * HOUR, now - ms] });
  assertEquals([after(24 * HOUR - 1, true), after(24 * HOUR, true)], [false, true]);
  assertEquals([after(HOUR - 1, false), after(HOUR, false)], [false, true]);
});

Deno.test("not when it is off, the interval is 0 or the network is not fit for it", () => {
  assertEquals(wantsTrace({ ...nothing, isNetworkFit: false }), false);
  assertEquals(wantsTrace({ ...nothing, items: mapOf({ "netdump.enable": false }) }), false);
  const never = mapOf({ "netdump.topic.postonboard.interval": 0 });
  assertEquals(wantsTrace({ ...nothing, items: never }), false);
  assertEquals(wantsTrace({ ...nothing, items: never, isOnboarded: false }), true);
  const minute = mapOf({ "netdump.topic.postonboard.interval": 60 });
  assertEquals(wantsTrace({ ...nothing, items: minute, dumpedAt: [now - 60_000] }), true);
});

Deno.test("an EVE under test has one of its own, made since this program began", () => {
  const testing = { ...nothing, updateInprogress: true };
  assertEquals(wantsTrace({ ...testing, dumpedAt: [testing.startedAt - 1] }), true);
  assertEquals(wantsTrace({ ...testing, dumpedAt: [testing.startedAt] }), false);
  assertEquals(wantsTrace({ ...nothing, dumpedAt: [testing.startedAt - 1] }), false);
});

Deno.test("a dump from a time to come says nothing: a wrong clock must not end all dumps", () => {
  const future = now + 1000 * HOUR;
  assertEquals(lastDump([future], now), undefined);
  assertEquals(wantsTrace({ ...nothing, dumpedAt: [future] }), true);
  assertEquals(wantsTrace({ ...nothing, dumpedAt: [future, now - 1] }), false);
});
