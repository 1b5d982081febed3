/** Settings of a configuration. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { boolItem, defaultConfigItems, intItem } from "../../topics/mod.ts";
import { applyConfigItems } from "./config_items.ts";

const defaults = defaultConfigItems();

Deno.test("[zedagent#19] out of range: the old value stays, the error is told, the key is there", () => {
  const first = applyConfigItems([{ key: "timer.config.interval", value: "30" }], false, defaults);
  const { map, status } = applyConfigItems([{ key: "timer.config.interval", value: "4" }], false, first.map);
  assertEquals(intItem(map, "timer.config.interval"), 30);
  assertEquals(status.get("timer.config.interval")?.value, "30");
  assertStringIncludes(status.get("timer.config.interval")?.error ?? "", "from 5 to 86400");
});

Deno.test("[zedagent#20] an unknown item is reported as unknown, the others are applied", () => {
  const { map, status } = applyConfigItems(
    [{ key: "no.such.item", value: "1" }, { key: "app.allow.vnc", value: "true" }],
    false,
    defaults,
  );
  assertEquals(boolItem(map, "app.allow.vnc"), true);
  assertEquals(Object.keys(map.GlobalSettings).length, 128);
  const state = status.get("no.such.item");
  assertEquals([state?.unknown, state?.value], [true, "1"]);
  assertStringIncludes(state?.error ?? "", "no.such.item");
});

Deno.test("[zedagent#21] agent.nim.debug.loglevel and debug.nim.loglevel give the same entry", () => {
  const now = applyConfigItems([{ key: "agent.nim.debug.loglevel", value: "debug" }], false, defaults);
  const legacy = applyConfigItems([{ key: "debug.nim.loglevel", value: "debug" }], false, defaults);
  assertEquals(now.map.AgentSettings, legacy.map.AgentSettings);
  assertEquals(now.map.AgentSettings["nim"]?.["debug.loglevel"]?.StrValue, "debug");
});

Deno.test("a bad agent setting keeps the one before", () => {
  const first = applyConfigItems([{ key: "agent.nim.debug.loglevel", value: "debug" }], false, defaults);
  const { map, status } = applyConfigItems(
    [{ key: "agent.nim.debug.loglevel", value: "loud" }],
    false,
    first.map,
  );
  assertEquals(map.AgentSettings["nim"]?.["debug.loglevel"]?.StrValue, "debug");
  assertEquals(status.get("agent.nim.debug.loglevel")?.unknown, false);
});

Deno.test("names from outside touch no prototype", () => {
  const { map } = applyConfigItems(
    [{ key: "agent.__proto__.debug.loglevel", value: "debug" }],
    false,
    defaults,
  );
  assertEquals(Object.keys(map.AgentSettings), ["__proto__"]);
  assertEquals(Object.hasOwn(Object.prototype, "debug.loglevel"), false);
});
