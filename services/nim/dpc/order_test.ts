/** The place of a newcomer. */
import { assertEquals } from "@std/assert";
import { add } from "./list.ts";
import { outranks } from "./order.ts";
import { entry, listOf, names } from "./testdata/entries.ts";

Deno.test("[nim#9] the vectors of nim.md §6.1 hold, also after several arrivals", () => {
  const older = (Key: string) => ({ Key, TimePriority: "2026-08-22T10:00:00.000000001Z" });
  const newer = (Key: string) => ({ Key, TimePriority: "2026-08-22T10:00:00.000000002Z" });
  assertEquals(outranks(older("manual"), newer("zedagent")), true);
  assertEquals(outranks(older("zedagent"), newer("override")), true);
  assertEquals(outranks(newer("zedagent"), older("zedagent")), true);
  assertEquals(outranks(older("zedagent"), newer("zedagent")), false);
  assertEquals(outranks(newer("override"), older("override")), true);
  assertEquals(outranks(newer("override"), newer("usb")), false);

  const arrivals = [
    entry("override", 3),
    entry("usb", 5),
    entry("zedagent", 1, 1),
    entry("lastresort", 0),
    entry("zedagent", 2, 2),
    entry("override", 4, 1),
    entry("manual", 1),
  ];
  const list = arrivals.reduce((before, dpc) => add(before, dpc).list, listOf(-1));
  assertEquals(names(list), [
    "manual 1",
    "override 4",
    "zedagent 2",
    "zedagent 1",
    "usb 5",
    "override 3",
    "lastresort 0",
  ]);
});

Deno.test("the same instant in another zone goes after", () => {
  const [a, b] = ["2026-08-22T10:00:00Z", "2026-08-22T12:00:00+02:00"];
  assertEquals(outranks({ Key: "usb", TimePriority: b }, { Key: "override", TimePriority: a }), false);
});
