import { assert, assertEquals } from "@std/assert";
import { type IntervalInputs, uploadInterval } from "./upload_interval.ts";

const quiet: IntervalInputs = {
  fastUpload: false,
  failingForSec: undefined,
  left: 0,
  previousBase: 90,
  sinceTooManySec: undefined,
};

function range(inputs: IntervalInputs): [number, number] {
  return [uploadInterval(inputs, () => 0).seconds, uploadInterval(inputs, () => 0.999999).seconds];
}

Deno.test("[loguploader#14] the table of ranges, 72 to 107 s with fewer than 5 files", () => {
  const rows: [number, number, number][] = [
    [0, 72, 107],
    [4, 72, 107],
    [5, 36, 53],
    [24, 36, 53],
    [25, 24, 35],
    [49, 24, 35],
    [50, 12, 17],
    [199, 12, 17],
    [200, 6, 9],
    [999, 6, 9],
    [1000, 2, 3],
  ];
  for (const [left, low, high] of rows) assertEquals(range({ ...quiet, left }), [low, high], String(left));
});

Deno.test("fast upload is 3 s, and 10 s within two hours of a 429", () => {
  assertEquals(range({ ...quiet, fastUpload: true, failingForSec: 5000 }), [3, 3]);
  assertEquals(range({ ...quiet, fastUpload: true, sinceTooManySec: 7199 }), [10, 10]);
  assertEquals(range({ ...quiet, fastUpload: true, sinceTooManySec: 7200 }), [3, 3]);
});

Deno.test("an outage of more than 1200 s spreads over 180 to 899 s", () => {
  assertEquals(range({ ...quiet, failingForSec: 1201, left: 5000 }), [180, 899]);
  assertEquals(range({ ...quiet, failingForSec: 1200 }), [72, 107]);
});

Deno.test("a 429 within two hours doubles the base, to 10 s at least", () => {
  assertEquals(uploadInterval({ ...quiet, sinceTooManySec: 1 }, () => 0).base, 180);
  assertEquals(uploadInterval({ ...quiet, left: 1000, sinceTooManySec: 1 }, () => 0).base, 10);
  assertEquals(uploadInterval({ ...quiet, sinceTooManySec: 7200 }, () => 0).base, 90);
});

Deno.test("no slowing down while a backlog exists", () => {
  assertEquals(uploadInterval({ ...quiet, left: 30, previousBase: 8 }, () => 0).base, 8);
  assertEquals(uploadInterval({ ...quiet, left: 4, previousBase: 8 }, () => 0).base, 90);
  assert(uploadInterval({ ...quiet, left: 1000, previousBase: 30 }, () => 0).base === 3);
});
