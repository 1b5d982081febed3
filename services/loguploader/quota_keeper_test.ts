/** The quota on real folders. */
import { assert, assertEquals } from "@std/assert";
import { signalOnce } from "../agent/mod.ts";
import { testDevice, until } from "../agent/test_device.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { UploadFolders } from "./folders.ts";
import type { DiskSpace } from "./quota.ts";
import { enforceQuota, keepQuota } from "./quota_keeper.ts";

const app = "aaaaaaaa-0000-4000-8000-000000000001";
const folderNames = ["devUpload", "appUpload", "keepSentQueue", "failedUpload"] as const;

function bench(megabytes = 10) {
  const device = testDevice({ clock: fastClock(1000) });
  const folders = new UploadFolders(device.paths);
  let gone = 0;
  const needsRoom = signalOnce();
  return {
    device,
    needsRoom,
    get gone() {
      return gone;
    },
    parts: {
      device,
      folders,
      needsRoom,
      items: { int: () => megabytes },
      removed: (files: number) => void (gone += files),
    },
    write(folder: typeof folderNames[number], name: string, bytes: number) {
      device.write(`/persist/newlog/${folder}/${name}`, new Uint8Array(bytes));
    },
    names: () =>
      folderNames.map((folder) => {
        try {
          return [...Deno.readDirSync(`${device.paths.newlog}/${folder}`)].map(({ name }) => name).sort();
        } catch {
          return [];
        }
      }),
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]();
    },
  };
}

Deno.test("over the quota by bytes: delivered app files go oldest first; what waits never goes", async () => {
  await using site = bench();
  site.write("devUpload", "dev.log.1.gz", 6_000_000);
  site.write("appUpload", `app.${app}.log.2.gz`, 3_000_000);
  for (const ms of [10, 20, 30]) site.write("keepSentQueue", `app.${app}.log.${ms}.gz`, 400_000);
  site.write("keepSentQueue", `app.skipTx.${app}.log.5.gz`, 400_000);
  site.write("failedUpload", "dev.log.3.gz", 400_000);
  assertEquals(await enforceQuota(site.parts), 3, "1 000 000 bytes too many");
  assertEquals(site.gone, 3);
  assertEquals(site.names(), [["dev.log.1.gz"], [`app.${app}.log.2.gz`], [`app.skipTx.${app}.log.5.gz`], [
    "dev.log.3.gz",
  ]]);
  assertEquals(await enforceQuota(site.parts), 0);
  site.write("devUpload", "dev.log.4.gz", 9_000_000);
  assertEquals(await enforceQuota(site.parts), 1, "the refused one goes, no more");
  assertEquals(site.names()[0], ["dev.log.1.gz", "dev.log.4.gz"]);
});

Deno.test("over the quota by files, and a disk short of inodes", async () => {
  await using site = bench();
  for (let n = 0; n < 210; n++) site.write("keepSentQueue", `app.${app}.log.${1000 + n}.gz`, 1);
  assertEquals(await enforceQuota(site.parts), 10);
  assertEquals(site.names()[2]?.[0], `app.${app}.log.1010.gz`);
  const space: DiskSpace = { bytes: 1e12, freeBytes: 1e11, inodes: 10_000, freeInodes: 20 };
  assertEquals(await enforceQuota({ ...site.parts, diskSpace: () => space }), 180);
  assertEquals(site.gone, 190);
  assertEquals(site.names()[2]?.length, 20);
});

Deno.test("missing folders are within every quota; a disk that can't be asked is told once and asked again", async () => {
  await using site = bench();
  assertEquals(await enforceQuota(site.parts), 0);
  let asked = 0;
  const running = keepQuota({
    ...site.parts,
    diskSpace: () => {
      asked++;
      throw new Error("statfs is broken");
    },
  });
  await until("asked again", () => asked >= 3);
  site.device.end();
  await running;
  const told = site.device.logged.filter((line) => line.includes("statfs is broken"));
  assertEquals(told.length, 1, site.device.logged.join("\n"));
  assert(told[0]?.startsWith("ERROR"));
});
