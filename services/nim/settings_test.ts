/** The settings that the decider looks at. */
import { assertEquals } from "@std/assert";
import { boolItem, goConfigItemValue, goConfigItemValueMap, intItem, triStateItem } from "../topics/mod.ts";
import { settingsOf } from "./settings.ts";
import { settings } from "./verify/testdata/bench.ts";

const at = (level: string) => {
  const item = goConfigItemValue.make({ Key: "debug.loglevel", ItemType: 3, StrValue: level });
  const map = goConfigItemValueMap.make({ AgentSettings: { nim: { "debug.loglevel": item } } });
  return settingsOf({
    map,
    int: (key) => intItem(map, key),
    bool: (key) => boolItem(map, key),
    triState: (key) => triStateItem(map, key),
  });
};

Deno.test("EVE's defaults in milliseconds; the resolver logs queries while nim's own log level is debug or below", () => {
  assertEquals(at("info"), settings);
  assertEquals(["warning", "debug", "trace"].map((level) => at(level).logQueries), [false, true, true]);
});
