/** A list that no message could carry. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { shrink } from "./shrink.ts";
import { entry, eth0, listOf, names, works } from "./testdata/entries.ts";

const big = { Ports: [{ ...eth0, Exceptions: "x".repeat(14_000) }] };

Deno.test("the oldest unprotected entries leave until the rest fits (W15)", () => {
  const list = listOf(
    3,
    entry("zedagent", 1, 0, big),
    entry("override", 9, 0, big),
    entry("usb", 8, 0, { ...big, ...works }),
    entry("a", 2, 0, big),
    entry("b", 7, 0, big),
    entry("manual", 3),
  );
  const { list: rest, dropped, fits } = shrink(list);
  assertEquals([fits, rest.CurrentIndex, ...names(rest)], [
    true,
    2,
    "zedagent 1",
    "usb 8",
    "a 2",
    "manual 3",
  ]);
  assertEquals(dropped.map(({ Key }) => Key), ["b", "override"]);
});

Deno.test("a list that fits is left alone; protected entries stay even if they do not fit", () => {
  const small = listOf(0, entry("zedagent", 1));
  assertStrictEquals(shrink(small).list, small);
  const huge = listOf(0, entry("zedagent", 1, 0, { Ports: [{ ...eth0, Exceptions: "x".repeat(60_000) }] }));
  assertEquals(shrink(huge), { list: huge, dropped: [], fits: false });
});
