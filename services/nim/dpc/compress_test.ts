/** What stays in the list. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import type { DevicePortConfigList } from "../../topics/mod.ts";
import { compress } from "./compress.ts";
import { entry, fails, listOf, names, works } from "./testdata/entries.ts";

const kept = (list: DevicePortConfigList, fallback = false) => {
  const { list: rest, dropped } = compress(list, fallback);
  assertEquals(names(rest).length + dropped.length, names(list).length);
  return [rest.CurrentIndex, ...names(rest)];
};

Deno.test("[nim#14] compression keeps exactly what nim.md §6.3 names", () => {
  const failing = (time: number) => entry("zedagent", time, time, fails);
  const working = (time: number) => entry("zedagent", time, time, works);
  assertEquals(kept(listOf(0, failing(9), working(8), failing(7))), [0, "zedagent 9", "zedagent 8"]);
  assertEquals(kept(listOf(2, failing(9), failing(8), working(7))), [1, "zedagent 9", "zedagent 7"]);
  assertEquals(kept(listOf(2, failing(9), working(8), failing(7))), [
    2,
    "zedagent 9",
    "zedagent 8",
    "zedagent 7",
  ]);
  const manual = entry("manual", 5, 0, fails);
  assertEquals(kept(listOf(0, failing(9), manual, working(8))), [0, "zedagent 9", "manual 5", "zedagent 8"]);
  assertEquals(kept(listOf(0, working(9), manual)), [0, "zedagent 9"]);
  // The first zedagent entry stays wherever it stands.
  assertEquals(kept(listOf(0, entry("override", 9, 0, works), working(8))), [0, "override 9", "zedagent 8"]);
  // The controller never worked: one of each key.
  assertEquals(kept(listOf(0, failing(9), entry("usb", 8), entry("usb", 7), entry("override", 6))), [
    0,
    "zedagent 9",
    "usb 8",
    "override 6",
  ]);
  const full = listOf(0, working(9));
  assertStrictEquals(compress(full, false).list, full);
});

Deno.test("[nim#15] lastresort leaves once a controller configuration worked, unless fallback is enabled", () => {
  const lastResort = entry("lastresort", 0, 0, fails);
  const worked = listOf(0, entry("zedagent", 9, 0, works), lastResort);
  assertEquals(kept(worked), [0, "zedagent 9"]);
  assertEquals(compress(worked, false).dropped, [lastResort]);
  assertEquals(kept(worked, true), [0, "zedagent 9", "lastresort 0"]);
  assertEquals(kept(listOf(0, entry("zedagent", 9, 0, fails), lastResort)), [
    0,
    "zedagent 9",
    "lastresort 0",
  ]);
});
