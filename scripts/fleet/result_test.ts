import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { seededRandom } from "../../services/agent/test_device.ts";
import { percentile } from "../../tests/bench/rounds.ts";
import { Histogram } from "./histogram.ts";
import { type FleetResult, FORMAT, mergeResults, parseResult } from "./result.ts";
import { failureCount, resultText } from "./table.ts";

function histogramOf(times: readonly number[]): Histogram {
  const histogram = new Histogram();
  times.forEach((time) => histogram.record(time));
  return histogram;
}

function resultOf(shard: string, times: readonly number[], outcomes: Record<string, number>): FleetResult {
  return {
    format: FORMAT,
    shards: [shard],
    devices: 10,
    onboarded: 9,
    configured: 8,
    startedAt: 1000 + Number(shard[0]),
    lastOnboardedAt: 5000,
    endedAt: 11_000 + Number(shard[0]),
    requests: { config: { latency: histogramOf(times).data(), outcomes } },
    memory: { processes: 1, before: 100, after: 300 },
  };
}

Deno.test("percentiles are those of the times, within one percent", () => {
  const random = seededRandom(7);
  const times = Array.from({ length: 5000 }, () => 0.05 + 2000 * random.next() ** 4);
  const histogram = histogramOf(times);
  for (const share of [0.5, 0.9, 0.99]) {
    const exact = percentile(times, share);
    assertAlmostEquals(histogram.percentile(share) ?? NaN, exact, exact * 0.012);
  }
  assertEquals(histogram.maxMs, Math.max(...times));
  assertEquals(new Histogram().percentile(0.5), undefined);
});

Deno.test("merged percentiles are those of all times together, not a mean of percentiles", () => {
  const quick = Array.from({ length: 900 }, (_, n) => 1 + n / 1000);
  const slow = Array.from({ length: 100 }, (_, n) => 1000 + n);
  const merged = mergeResults([
    resultOf("0/2", quick, { 200: 900 }),
    resultOf("1/2", slow, { 200: 99, timeout: 2 }),
  ]);
  const latency = Histogram.of(merged.requests["config"]?.latency ?? new Histogram().data());
  for (const share of [0.5, 0.95, 0.99]) {
    const exact = percentile([...quick, ...slow], share);
    assertAlmostEquals(latency.percentile(share) ?? NaN, exact, exact * 0.012);
  }
  assertEquals(merged.requests["config"]?.outcomes, { 200: 999, timeout: 2 });
  assertEquals([merged.devices, merged.onboarded, merged.configured], [20, 18, 16]);
  assertEquals([merged.startedAt, merged.endedAt], [1000, 11_001]);
  assertEquals(merged.memory, { processes: 2, before: 200, after: 600 });
  assertEquals(merged.shards, ["0/2", "1/2"]);
});

Deno.test("merging in any order and in steps gives the same, through files as well", () => {
  const parts = [0, 1, 2].map((n) => resultOf(`${n}/3`, [n + 1, 10 * n + 5], { 200: n }));
  const [first, second, third] = parts.map((part, n) => parseResult(`${n}.json`, JSON.stringify(part)));
  assert(first !== undefined && second !== undefined && third !== undefined);
  const atOnce = mergeResults([first, second, third]);
  assertEquals(mergeResults([mergeResults([first, second]), third]), atOnce);
  assertEquals({ ...mergeResults([third, first, second]), shards: atOnce.shards }, atOnce);
});

Deno.test("what can't be merged is named", () => {
  assertThrows(() => mergeResults([]), Error, "at least one");
  const one = resultOf("0/2", [1], {});
  assertThrows(() => mergeResults([one, one]), Error, "shard 0/2 is there twice");
  assertThrows(() => parseResult("a.json", "{"), Error, "a.json: expected JSON");
  assertThrows(
    () => parseResult("b.json", '{"format":"other"}'),
    Error,
    `expected a result file of "${FORMAT}"`,
  );
});

Deno.test("the table tells rate, percentiles and each failure; devices that are missing count as failures", () => {
  const result = resultOf("0/1", [10, 10, 10], { 200: 3, 304: 7, "timeout": 2 });
  const text = resultText(result);
  assert(/\| config +\| +10 \| +2 \| +1\.0 \|/.test(text), text);
  assert(text.includes("config: 2 × timeout"), text);
  assert(text.includes("9 of 10 onboarded in 4.0 s"), text);
  assertEquals(failureCount(result), 3);
});
