/** The uploader on disks that are really full: a tmpfs of its own over a folder of the device. Needs root. */
import { assert, assertEquals } from "@std/assert";
import { mountTmpfs } from "../pubsub/testdata/mounted.ts";
import { appUUID, eventually, openSite } from "./test_site.ts";

/** Fills a disk to the last byte. */
function fill(folder: string): void {
  using file = Deno.openSync(`${folder}/filler`, { write: true, create: true });
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) file.writeSync(new Uint8Array(size));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }
}

/** Takes every inode that is left. */
function takeInodes(folder: string): void {
  Deno.mkdirSync(`${folder}/fillers`);
  try {
    for (let n = 0;; n++) Deno.writeTextFileSync(`${folder}/fillers/${n}`, "");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

Deno.test("/persist without a free byte: all is delivered, delivered app files make room, what others keep stays", async () => {
  await using site = await openSite();
  const folder = `${site.root}/persist/newlog`;
  await using _disk = await mountTmpfs(folder, "1m");
  Deno.mkdirSync(`${folder}/keepSentQueue`);
  const skipped = `app.skipTx.${appUUID}.log.1.gz`;
  for (const name of [skipped, "dev.log.2.gz", ...[3, 4, 5].map((ms) => `app.${appUUID}.log.${ms}.gz`)]) {
    Deno.writeFileSync(`${folder}/keepSentQueue/${name}`, new Uint8Array(20_000));
  }
  const [, app] = [await site.deviceFile("from the device"), await site.appFile("from the app")];
  fill(folder);
  site.fastUpload(true);
  site.ready();
  const device = site.start(20);
  await eventually("both are delivered", () => {
    return site.names("devUpload").length + site.names("appUpload").length === 0;
  });
  await eventually("the oldest delivered file made room", () => {
    return !site.names("keepSentQueue").includes(`app.${appUUID}.log.3.gz`);
  });
  assertEquals(site.uploads().length, 2);
  const kept = site.names("keepSentQueue");
  for (const name of [skipped, "dev.log.2.gz", app]) assert(kept.includes(name), kept.join());
  assertEquals(await site.contents(), ["from the app", "from the device"]);
  assert(!device.logged.some((line) => line.startsWith("CRITICAL")), device.logged.join("\n"));
});

Deno.test("/persist without a free inode: app files are delivered and removed where they can't be kept, the loss is told once", async () => {
  await using site = await openSite();
  const folder = `${site.root}/persist/newlog`;
  await using _disk = await mountTmpfs(folder, "1m", 40);
  const texts = ["one", "two", "three", "four"];
  for (const text of texts) await site.appFile(text);
  takeInodes(folder);
  site.fastUpload(true);
  site.ready();
  const device = site.start(20);
  await eventually("all are delivered", () => site.names("appUpload").length === 0);
  await eventually("the loss is counted", () => (site.metrics()?.NumGZipFileRemoved ?? 0) > 0);
  assertEquals(site.uploads().length, texts.length, "each once");
  assertEquals(await site.contents(), texts.sort());
  const told = device.logged.filter((line) => line.includes("the disk is full"));
  assertEquals(told.length, 1, device.logged.join("\n"));
});

Deno.test("a mark that finds no room is told, and written once there is some", async () => {
  await using site = await openSite();
  const folder = `${site.root}/persist/newlog`;
  await using _disk = await mountTmpfs(folder, "1m", 40);
  const name = await site.appFile();
  Deno.writeTextFileSync(`${folder}/keepSentQueue`, "a file where a folder should be");
  Deno.mkdirSync(`${folder}/failedUpload`);
  takeInodes(folder);
  site.fastUpload(true);
  site.ready();
  const device = site.start(100);
  await eventually("it is told", () => device.logged.some((line) => /sentMarks.*No space/.test(line)));
  assertEquals([site.uploads().length, site.read("persist/newlog/sentMarks.jsonl")], [1, undefined]);
  Deno.removeSync(`${folder}/fillers`, { recursive: true });
  await eventually(
    "it is marked",
    () => site.read("persist/newlog/sentMarks.jsonl")?.includes(name) === true,
  );
  assertEquals(site.uploads().length, 1);
});

Deno.test("/persist read-only: what waits is delivered once, nothing is given up, and it leaves once it can", async () => {
  await using site = await openSite();
  const folder = `${site.root}/persist/newlog`;
  await using disk = await mountTmpfs(folder, "1m");
  const [device, app] = [await site.deviceFile("from the device"), await site.appFile("from the app")];
  await site.logs.writeFile("devUpload", "dev.log.1000.gz", new Uint8Array());
  await disk.setReadOnly(true);
  site.fastUpload(true);
  site.ready();
  const running = site.start(200);
  const told = (what: RegExp) => running.logged.filter((line) => what.test(line)).length;
  for (const name of [device, app]) {
    await eventually(
      `${name} is told`,
      () => told(new RegExp(`${name}.*delivered and can't be moved`)) === 1,
    );
  }
  await eventually("the empty one can't go", () => told(/dev\.log\.1000\.gz can't be moved to/) === 1);
  await eventually("the marks can't be written", () => told(/sentMarks\.jsonl can't be written/) > 0);
  await eventually("it does not count as waiting", () => site.metrics()?.AppMetrics.NumGzipFileInDir === 0);
  const started = running.clock.monotonic();
  await eventually("several listings", () => running.clock.monotonic() - started > 120_000);
  assertEquals([site.uploads().length, site.names("devUpload").length], [2, 2]);
  await disk.setReadOnly(false);
  await eventually(
    "all have left",
    () => site.names("devUpload").length + site.names("appUpload").length === 0,
  );
  assertEquals([site.names("keepSentQueue"), site.names("failedUpload")], [[app], ["dev.log.1000.gz"]]);
  assertEquals(await site.contents(), ["from the app", "from the device"]);
  for (const what of [device, app]) assertEquals(told(new RegExp(`${what} was delivered`)), 1);
});

Deno.test("/run without room: uploads go on, and what they came to is published once there is room", async () => {
  await using site = await openSite();
  const folder = `${site.root}/run/loguploader`;
  await using _disk = await mountTmpfs(folder, "128k");
  site.fastUpload(true);
  await site.deviceFile("before");
  site.ready();
  const device = site.start(300);
  await eventually("the first is published", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 1);
  fill(folder);
  for (const text of ["in between 1", "in between 2"]) await site.deviceFile(text);
  await eventually("all are delivered", () => site.names("devUpload").length === 0);
  await eventually(
    "the full disk is told",
    () => device.logged.some((line) => /NewlogMetrics.*space/.test(line)),
  );
  assertEquals(site.metrics()?.DevMetrics.NumGZipFilesSent, 1, "the last good one stands");
  Deno.removeSync(`${folder}/filler`);
  await eventually("the count is right again", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 3);
  assertEquals(site.uploads().length, 3);
});
