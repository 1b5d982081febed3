import { assertEquals, assertThrows } from "@std/assert";
import { isWithin, type Row } from "./bench.ts";
import { interleave, median, percentile } from "./rounds.ts";
import { markdownTable, replaceMeasured, terminalTable } from "./table.ts";

const slow: Row = { what: "slow", unit: "ms", ours: 3, bare: 1.5, budget: { kind: "ratio", most: 1.5 } };
const small: Row = {
  what: "small",
  unit: "MB",
  ours: 350.4,
  bare: 337,
  budget: { kind: "figure", most: 380 },
};
const exact: Row = { what: "exact", unit: "bytes", ours: 200, bare: 200, budget: { kind: "equal" } };
const alone: Row = { what: "alone", unit: "s", ours: 0.25, budget: { kind: "none" } };

Deno.test("a row is held against its budget", () => {
  assertEquals([slow, small, exact, alone].map(isWithin), [false, true, true, undefined]);
  assertEquals(isWithin({ ...exact, ours: 400 }), false);
});

Deno.test("a table names figures with their unit, ratio and budget", () => {
  assertEquals(markdownTable([slow, alone]).split("\n").slice(2), [
    "| slow | 3 ms | 1.50 ms | 2.00 | ≤ 1.5 × | no |",
    "| alone | 0.250 s | – | – | – | – |",
  ]);
  const [head, ...lines] = terminalTable([slow, small, exact]).split("\n");
  assertEquals(lines.map((line) => line.length), Array(3).fill(head?.length));
});

Deno.test("only what stands between the marks of a page is replaced", () => {
  const page = "before\n<!-- measured: start -->\nold\n<!-- measured: end -->\nafter\n";
  assertEquals(
    replaceMeasured(page, "new"),
    "before\n<!-- measured: start -->\n\nnew\n\n<!-- measured: end -->\nafter\n",
  );
  assertThrows(() => replaceMeasured("no marks", "new"), Error, "measured: start");
});

Deno.test("rounds take turns, and those of the warm-up don't count", async () => {
  const calls: string[] = [];
  const contestant = (name: string, ms: number) => ({
    name,
    run(round: number) {
      calls.push(`${name}${round}`);
      return ms + round;
    },
  });
  const times = await interleave([contestant("a", 10), contestant("b", 20)], 2, 1);
  assertEquals(calls, ["a-1", "b-1", "b0", "a0", "a1", "b1"]);
  assertEquals([times.get("a"), times.get("b")], [[10, 11], [20, 21]]);
  assertEquals([median([3, 1, 2]), percentile([1, 2, 3, 4], 0.99)], [2, 4]);
  assertThrows(() => median([]), RangeError);
});
