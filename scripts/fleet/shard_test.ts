import { assertEquals, assertThrows } from "@std/assert";
import { devicesOf, shardOf, within } from "./shard.ts";

Deno.test("the flag wins over the Job's environment, and without both there is one shard", () => {
  assertEquals(shardOf(undefined, {}), { index: 0, count: 1 });
  assertEquals(shardOf(undefined, { JOB_COMPLETION_INDEX: "2", FLEET_SHARDS: "4" }), { index: 2, count: 4 });
  assertEquals(shardOf("0/3", { JOB_COMPLETION_INDEX: "2", FLEET_SHARDS: "4" }), { index: 0, count: 3 });
});

Deno.test("a shard that can't be is refused with what was expected", () => {
  for (const flag of ["3/3", "1", "-1/2", "a/b", "0/0", "1/2/3"]) {
    assertThrows(() => shardOf(flag, {}), Error, `expected i/n with 0 ≤ i < n, got "${flag}"`);
  }
  assertThrows(() => shardOf(undefined, { JOB_COMPLETION_INDEX: "1" }), Error, "expected FLEET_SHARDS");
  assertThrows(
    () => shardOf(undefined, { JOB_COMPLETION_INDEX: "4", FLEET_SHARDS: "4" }),
    Error,
    "0 ≤ i < n",
  );
});

Deno.test("all shards together play all devices, also those of several processes each", () => {
  for (const [devices, count, processes] of [[1000, 1, 1], [1000, 7, 1], [3, 5, 2], [10, 3, 4]] as const) {
    const shards = Array.from({ length: count }, (_, index) => within({ index, count }, processes)).flat();
    const sizes = shards.map((shard) => devicesOf(shard, devices));
    assertEquals(sizes.reduce((sum, size) => sum + size, 0), devices);
    assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true);
  }
});

Deno.test("processes of one machine have the devices of its shard and no others", () => {
  const parts = within({ index: 1, count: 3 }, 4);
  assertEquals(parts[0], { index: 4, count: 12 });
  assertEquals(
    parts.reduce((sum, part) => sum + devicesOf(part, 100), 0),
    devicesOf({ index: 1, count: 3 }, 100),
  );
});
