/** Configurations arrive and leave. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { add, needsVerification, remove } from "./list.ts";
import { at, entry, fails, listOf, names, works } from "./testdata/entries.ts";

Deno.test("[nim#10] a second manual replaces the first, its ports come from the text interface", () => {
  const list = listOf(2, entry("manual", 1, 1), entry("manual", 0, 2), entry("zedagent", 3, 0, works));
  const { list: now, changed } = add(list, entry("manual", 2, 5));
  assertEquals([changed, names(now)], [true, ["manual 2", "zedagent 3"]]);
  assertEquals(now.PortConfigList?.[0]?.Ports?.[0]?.ConfigSource, { Origin: 5, SubmittedAt: at(2) });
  assertEquals(now.CurrentIndex, 1, "the selection follows its entry (W12)");
});

Deno.test("[nim#11] the same controller configuration, newer, selected on top: nothing changes, nothing is verified", () => {
  const list = listOf(0, entry("zedagent", 1, 0, fails), entry("override", 9));
  const { list: now, changed } = add(list, entry("zedagent", 7));
  assertStrictEquals(now, list);
  assertEquals(needsVerification({ list: now, changed }, true), false);
  assertEquals(needsVerification({ list: now, changed }, false), true);
  assertEquals(add({ ...list, CurrentIndex: 1 }, entry("zedagent", 7)).changed, true);
});

Deno.test("[nim#12] the same content below the top, newer: it moves up and keeps its history", () => {
  const results = { ...works, LastFailed: at(8), LastIPAndDNS: at(9), State: 3 };
  const list = listOf(0, entry("zedagent", 2, 1, works), entry("zedagent", 1, 0, results));
  const { list: now, changed } = add(list, entry("zedagent", 7));
  assertEquals([changed, names(now)], [true, ["zedagent 7", "zedagent 2"]]);
  const { LastSucceeded, LastFailed, LastIPAndDNS } = now.PortConfigList?.[0] ?? entry("", 0);
  assertEquals([LastSucceeded, LastFailed, LastIPAndDNS], [at(59), at(8), at(9)]);
  assertEquals(now.CurrentIndex, 1);
});

Deno.test("the same time overwrites in place, written in any zone, with the new results (W11)", () => {
  const list = listOf(1, entry("zedagent", 2), entry("lastresort", 0, 0, works));
  const moved = { ...entry("lastresort", 0, 3), TimePriority: "2026-08-22T12:00:00+02:00" };
  const { list: now } = add(list, moved);
  assertEquals(now, listOf(1, entry("zedagent", 2), moved));
});

Deno.test("a configuration that only becomes valid is a change (W13)", () => {
  const valid = entry("zedagent", 2);
  const Ports = valid.Ports?.map((port) => ({ ...port, InvalidConfig: true })) ?? null;
  const list = listOf(0, { ...valid, TimePriority: at(1), Ports });
  assertEquals(add(list, valid).changed, true);
});

Deno.test("a new top entry: the selection follows one that worked, and is given up for one that did not", () => {
  const arrived = (results: object) =>
    add(listOf(0, entry("zedagent", 1, 1, results)), entry("zedagent", 2)).list;
  assertEquals([arrived(works).CurrentIndex, arrived(fails).CurrentIndex], [1, -1]);
  assertEquals(add(listOf(-1), entry("zedagent", 2)).list.CurrentIndex, -1);
});

Deno.test("deleting the selected entry selects the top if that worked, else nothing", () => {
  const list = listOf(1, entry("zedagent", 1, 1, works), entry("override", 2));
  assertEquals(remove(list, entry("override", 2)).list, listOf(0, entry("zedagent", 1, 1, works)));
  const failing = listOf(1, entry("zedagent", 1, 1, fails), entry("override", 2));
  assertEquals(remove(failing, entry("override", 2)).list.CurrentIndex, -1);
  assertEquals(remove(listOf(0, entry("usb", 1)), entry("usb", 1)).list, listOf(-1));
});

Deno.test("a deletion finds its entry by content too; an unknown one and lps change nothing", () => {
  const list = listOf(0, entry("zedagent", 1), entry("usb", 2));
  assertEquals(names(remove(list, entry("usb", 40)).list), ["zedagent 1"]);
  assertStrictEquals(remove(list, entry("override", 2)).list, list);
  assertEquals(remove(list, entry("override", 2)).changed, false);
  assertEquals(add(list, entry("lps", 9)), { list, changed: false });
});
