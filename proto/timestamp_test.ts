import { assertEquals, assertThrows } from "@std/assert";
import { Timestamp } from "./device.ts";
import { fromTimestamp, toTimestamp } from "./timestamp.ts";

Deno.test("milliseconds become seconds and nanoseconds, also before 1970, and come back", () => {
  for (
    const [ms, seconds, nanos] of [
      [0, 0, 0],
      [1795569090405, 1795569090, 405_000_000],
      [-1, -1, 999_000_000],
      [0.25, 0, 250_000],
      [999.9999999, 1, 0],
    ] as const
  ) {
    const timestamp = Timestamp.decode(Timestamp.encode(toTimestamp(ms)).finish());
    assertEquals([timestamp.seconds.toNumber(), timestamp.nanos], [seconds, nanos]);
    assertEquals(fromTimestamp(timestamp), Math.round(ms * 1e6) / 1e6);
  }
});

Deno.test("no Timestamp is no time, and no number is no Timestamp", () => {
  assertEquals([fromTimestamp(null), fromTimestamp(undefined)], [undefined, undefined]);
  assertThrows(() => toTimestamp(NaN), RangeError);
});
