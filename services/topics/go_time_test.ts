/** Times keep their nanoseconds and are compared by instant. */
import { assertEquals } from "@std/assert";
import {
  compareTimes,
  goTime,
  goTimeOf,
  isZeroTime,
  parseTime,
  timeInstant,
  timeMs,
  zeroTime,
} from "./go_time.ts";

Deno.test("RFC 3339 texts are read with nine digits and any offset", () => {
  assertEquals(parseTime("2026-08-22T10:00:00.123456789Z"), { seconds: 1787392800, nanoseconds: 123456789 });
  assertEquals(parseTime("2026-08-22T12:30:00.5+02:30"), { seconds: 1787392800, nanoseconds: 500000000 });
  assertEquals(parseTime("1969-12-31T23:59:59.25Z"), { seconds: -1, nanoseconds: 250000000 });
  assertEquals(parseTime("2024-02-29T00:00:00Z"), { seconds: 1709164800, nanoseconds: 0 });
});

Deno.test("texts that are no time are refused", () => {
  const bad = [
    "",
    "2026-08-22",
    "2026-08-22T10:00:00",
    "2026-08-22 10:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00Zx",
    "2x26-01-01T00:00:00Z",
  ];
  for (const text of bad) assertEquals(parseTime(text), undefined, text);
});

Deno.test("the zero time is year 1 and stays so", () => {
  assertEquals(timeInstant(zeroTime).seconds, -62135596800);
  assertEquals(goTimeOf(timeInstant(zeroTime)), zeroTime);
  assertEquals(isZeroTime("0001-01-01T01:00:00+01:00"), true);
  assertEquals(isZeroTime("0001-01-01T00:00:00.000000001Z"), false);
});

Deno.test("times from milliseconds have no trailing zeros", () => {
  assertEquals(goTime(1767607501500), "2026-01-05T10:05:01.5Z");
  assertEquals(goTime(1767607501000), "2026-01-05T10:05:01Z");
  assertEquals(goTime(1767607501007), "2026-01-05T10:05:01.007Z");
  assertEquals(goTime(-1), "1969-12-31T23:59:59.999Z");
  assertEquals(timeMs("2026-01-05T10:05:01.007999Z"), 1767607501007);
  assertEquals(timeMs(goTime(1767607501007)), 1767607501007);
});

Deno.test("instants outside of Go's years become the nearest time, never an exception", () => {
  assertEquals(goTimeOf({ seconds: 1e18, nanoseconds: 0 }), "9999-12-31T23:59:59.999999999Z");
  assertEquals(goTimeOf({ seconds: -1e18, nanoseconds: 5 }), zeroTime);
  assertEquals(goTime(NaN), zeroTime);
});

Deno.test("order is by instant, to the nanosecond", () => {
  assertEquals(compareTimes("2025-01-01T00:00:00Z", "2025-01-01T01:00:00+01:00"), 0);
  assertEquals(compareTimes("2025-01-01T00:00:00.000000001Z", "2025-01-01T00:00:00Z") > 0, true);
  assertEquals(compareTimes("2025-01-01T00:30:00+01:00", "2025-01-01T00:00:00Z") < 0, true);
});
