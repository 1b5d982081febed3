import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Sample, type Trend, trendsOf } from "./trend.ts";

/** A life with a look every second. */
function life(
  seconds: number,
  megabytes: (second: number) => number,
  more: Partial<Sample> & { descriptors?: number } = {},
  descriptors: (second: number) => number = () => 20,
): Sample[] {
  return Array.from({ length: seconds }, (_, second) => ({
    atMs: second * 1000,
    program: "nim",
    pid: 1,
    pssKb: megabytes(second) * 1024,
    rssKb: megabytes(second) * 1500,
    descriptors: descriptors(second),
    ...more,
  }));
}

function only(trends: readonly Trend[]): Trend {
  const [trend] = trends;
  if (trend === undefined || trends.length !== 1) throw new Error(`${trends.length} trends`);
  return trend;
}

Deno.test("a heap that finds its size and breathes is flat", () => {
  const trend = only(trendsOf(life(300, (s) => 90 + Math.min(s, 20) + (s % 7))));
  assertEquals(trend.verdict, "flat");
  assertEquals(trend.pssMb.peak, 116);
});

Deno.test("a steady leak is none", () => {
  const trend = only(trendsOf(life(600, (s) => 90 + s / 8)));
  assertEquals(trend.verdict, "memory grows");
  assertAlmostEquals(trend.mbPerHour, 450, 5);
});

Deno.test("the teeth of garbage collections are no growth, what they leave behind is", () => {
  const tooth = (s: number) => (s % 90) / 3;
  assertEquals(only(trendsOf(life(900, (s) => 90 + tooth(s)))).verdict, "flat");
  assertEquals(only(trendsOf(life(900, (s) => 90 + tooth(s) + s / 15))).verdict, "memory grows");
});

Deno.test("descriptors that stay open are told, sockets that come and go are not", () => {
  const grown = trendsOf(life(300, () => 90, {}, (s) => 20 + Math.floor(s / 10)));
  assertEquals(only(grown).verdict, "descriptors grow");
  assertEquals(only(trendsOf(life(300, () => 90, {}, (s) => 20 + (s % 4)))).verdict, "flat");
});

Deno.test("the longest life is judged; lives are those of process numbers; without a long one there is no verdict", () => {
  const short = life(20, () => 500, { pid: 7 });
  const trend = only(trendsOf([...short, ...life(200, () => 90, { pid: 8 })]));
  assertEquals([trend.verdict, trend.lives, trend.judgedSeconds, trend.pssMb.peak], ["flat", 2, 199, 500]);
  assertEquals(only(trendsOf(short)).verdict, "too short to judge");
});

Deno.test("each program has its own verdict", () => {
  const trends = trendsOf([
    ...life(300, () => 90),
    ...life(300, (s) => 50 + s, { program: "diag", pid: 2 }),
  ]);
  assertEquals(trends.map(({ program, verdict }) => [program, verdict]), [["nim", "flat"], [
    "diag",
    "memory grows",
  ]]);
});
