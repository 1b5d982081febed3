import { assertEquals } from "@std/assert";
import { excess, quotaOf, removalOrder } from "./quota.ts";

const app = "aaaaaaaa-0000-4000-8000-000000000001";
const roomy = { bytes: 100_000_000_000, freeBytes: 50_000_000_000, inodes: 1_000_000, freeInodes: 900_000 };

Deno.test("the quota is the config item's, a tenth of the disk at most, and a file for each 50 kB of it", () => {
  assertEquals(quotaOf(2048, roomy), { bytes: 2_048_000_000, files: 40_960 });
  assertEquals(quotaOf(2048, { ...roomy, bytes: 1_000_000_000 }), { bytes: 100_000_000, files: 2_000 });
  assertEquals(quotaOf(10, undefined), { bytes: 10_000_000, files: 200 });
});

Deno.test("what goes: the surplus over the quota, by bytes and by files", () => {
  const quota = quotaOf(10, roomy);
  assertEquals(excess({ bytes: 9_000_000, files: 190 }, quota, roomy), { bytes: 0, files: 0 });
  assertEquals(excess({ bytes: 10_000_500, files: 230 }, quota, undefined), { bytes: 500, files: 30 });
});

Deno.test("below 1 % of free bytes or inodes files go until 2 % are free; a disk that counts no inodes is never short of them", () => {
  const quota = quotaOf(2048, roomy);
  const none = { bytes: 0, files: 0 };
  assertEquals(excess(none, quota, { ...roomy, freeBytes: 900_000_000 }).bytes, 1_100_000_000);
  assertEquals(excess(none, quota, { ...roomy, freeBytes: 1_000_000_000 }).bytes, 0);
  assertEquals(excess(none, quota, { ...roomy, freeInodes: 5_000 }).files, 15_000);
  assertEquals(excess(none, quota, { ...roomy, inodes: 0, freeInodes: 0 }).files, 0);
});

Deno.test("delivered app files go first, then refused ones, oldest first; newlogd's own copies are left alone", () => {
  const kept = [`app.${app}.log.30.gz`, "dev.log.1.gz", `app.skipTx.${app}.log.2.gz`, `app.${app}.log.4.gz`];
  assertEquals(
    removalOrder(kept, ["dev.log.9.gz", `app.${app}.log.8.gz`, "odd.gz"]).map(({ name }) => name),
    [
      `app.${app}.log.4.gz`,
      `app.${app}.log.30.gz`,
      "odd.gz",
      `app.${app}.log.8.gz`,
      "dev.log.9.gz",
    ],
  );
});
