/** The uploader among files that are not what they seem: gone, replaced, links, FIFOs, the strangest names. */
import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { AuthContainer } from "../../proto/device.ts";
import { devicePaths } from "../agent/mod.ts";
import { until } from "../agent/test_device.ts";
import { parseLogFile } from "./file_name.ts";
import { UploadFolders } from "./folders.ts";
import { appUUID, eventually, openSite, type Site } from "./test_site.ts";

const newlog = (site: Site, below: string) => `${site.root}/persist/newlog/${below}`;

async function makeFifo(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert(success, `mkfifo ${path}`);
}

Deno.test("[loguploader#13] files that are deleted before they are read: no crash, the others are delivered", async () => {
  await using site = await openSite();
  const names: string[] = [];
  for (let n = 0; n < 20; n++) names.push(await site.deviceFile(`file ${n}`));
  site.controller.faults.add("newlogs", { handle: true, delayAnswerMs: 200, times: 1 });
  site.fastUpload(true);
  site.ready();
  // A slow clock: the next listing comes long after the deletions.
  const device = site.start(0.1);
  await eventually("the first one is on its way", () => site.uploads().length === 1);
  const doomed = names.filter((_, n) => n % 2 === 1);
  for (const name of doomed) Deno.removeSync(newlog(site, `devUpload/${name}`));
  await eventually("the folder is empty", () => site.names("devUpload").length === 0);
  await site.deviceFile("afterwards");
  await eventually("a later one is delivered", () => site.names("devUpload").length === 0);
  const expected = names.flatMap((_, n) => n % 2 === 1 ? [] : [`file ${n}`]);
  assertEquals(await site.contents(), ["afterwards", ...expected].sort());
  assertEquals(device.logged.filter((line) => !line.startsWith("DEBUG")), []);
  await eventually("each counts once", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 11);
});

Deno.test("what became a link or a FIFO after it was listed is not read", async () => {
  await using site = await openSite();
  const folders = new UploadFolders(devicePaths(site.root));
  const secret = `${site.root}/config/device.key.pem`;
  Deno.mkdirSync(newlog(site, "devUpload"), { recursive: true });
  Deno.symlinkSync(secret, newlog(site, "devUpload/dev.log.1.gz"));
  await makeFifo(newlog(site, "devUpload/dev.log.2.gz"));
  Deno.mkdirSync(newlog(site, "devUpload/dev.log.3.gz"));
  for (const ms of [1, 2, 3, 4]) {
    const file = parseLogFile("device", `dev.log.${ms}.gz`);
    assert(file !== undefined);
    assertEquals(await folders.read(file), { kind: "gone" });
  }
  assertEquals(folders.list("device").files, []);
});

Deno.test("a FIFO that is made in devUpload stops nothing: files and settings are followed as before", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  site.ready();
  site.start(50);
  await site.deviceFile("before");
  await eventually("it runs", () => site.uploads().length === 1);
  await makeFifo(newlog(site, "devUpload/dev.log.7.gz"));
  await site.deviceFile("after");
  await eventually("it is delivered", () => site.names("devUpload").join() === "dev.log.7.gz");
  site.fastUpload(false);
  await eventually(
    "the slow interval is published",
    () => (site.metrics()?.CurrUploadIntvSec ?? 0) >= 72,
    20_000,
  );
  await site.deviceFile("later");
  await eventually("so is the next one", () => site.names("devUpload").join() === "dev.log.7.gz");
  assertEquals(await site.contents(), ["after", "before", "later"]);
});

Deno.test("files that are no gzip, or a hostile one, are sent as they are: the controller judges", async () => {
  await using site = await openSite();
  const bomb = gzipSync(new Uint8Array(40_000_000), { level: 9 });
  const whole = gzipSync("hello");
  const wrongSize = Uint8Array.from(whole).fill(0xff, -4);
  const files = [
    bomb,
    whole.subarray(0, -5),
    Uint8Array.from([...whole, 1, 2, 3]),
    wrongSize,
    new Uint8Array([7]),
  ];
  for (const [n, bytes] of files.entries()) {
    await site.logs.writeFile("devUpload", `dev.log.${(n + 1) * 1000}.gz`, bytes);
  }
  site.controller.faults.add("newlogs", { status: 201, handle: false });
  site.fastUpload(true);
  site.ready();
  site.start();
  await eventually("all have left", () => site.names("devUpload").length === 0);
  const sent = site.controller.requests.map(({ body }) => payloadOf(body));
  assertEquals(sent.sort(), files.map((bytes) => Uint8Array.from(bytes).toHex()).sort());
  assertEquals(site.names("failedUpload"), []);
});

function payloadOf(body: Uint8Array | undefined): string | undefined {
  return AuthContainer.decode(body ?? new Uint8Array()).protectedPayload?.payload?.toHex();
}

Deno.test("names of 255 bytes, with newlines and other controls are delivered; such an app file is kept", async () => {
  await using site = await openSite();
  const longest = `dev.log.${"x".repeat(255 - "dev.log..1.gz".length)}.1.gz`;
  assertEquals(longest.length, 255);
  const strange = ["dev.log.\n\x1b[2J.2.gz", "dev.log.é.3.gz", "..4.gz", " .5.gz", longest];
  for (const name of strange) {
    const made = await site.deviceFile(name);
    Deno.renameSync(newlog(site, `devUpload/${made}`), newlog(site, `devUpload/${name}`));
  }
  const app = `app.${appUUID}.log.\n${"y".repeat(150)}.6.gz`;
  Deno.mkdirSync(newlog(site, "appUpload"));
  Deno.renameSync(newlog(site, `appUpload/${await site.appFile("app")}`), newlog(site, `appUpload/${app}`));
  site.fastUpload(true);
  site.ready();
  site.start();
  await eventually("all are delivered", () => site.names("devUpload").length === 0);
  await eventually("the app's is kept", () => site.names("keepSentQueue").join() === app);
  assertEquals(await site.contents(), ["app", ...strange].sort());
});

Deno.test("links in place of the folders: nothing behind them is sent, filled or emptied, and each is told once", async () => {
  await using site = await openSite();
  const elsewhere = `${site.root}/elsewhere`;
  const foreign = ["backup.20240101.gz", `app.${appUUID}.log.5.gz`];
  for (const folder of ["devUpload", "keepSentQueue", "failedUpload"]) {
    Deno.mkdirSync(`${elsewhere}/${folder}`, { recursive: true });
    for (const name of foreign) Deno.writeTextFileSync(`${elsewhere}/${folder}/${name}`, "not ours");
    Deno.mkdirSync(newlog(site, ""), { recursive: true });
    Deno.symlinkSync(`${elsewhere}/${folder}`, newlog(site, folder));
  }
  const name = await site.appFile("from the app");
  site.fastUpload(true);
  site.ready();
  const device = site.start(100);
  const told = (what: string) => device.logged.filter((line) => line.includes(what)).length;
  await eventually("the app's file is delivered", () => told("can't be moved away") === 1);
  const started = device.clock.monotonic();
  await until("several listings", () => device.clock.monotonic() - started > 100_000);
  for (const folder of ["devUpload", "keepSentQueue", "failedUpload"]) {
    assertEquals(
      [...Deno.readDirSync(`${elsewhere}/${folder}`)].map((entry) => entry.name).sort(),
      foreign.toSorted(),
    );
  }
  assertEquals([site.uploads().length, site.names("appUpload")], [1, [name]]);
  assertEquals([told("devUpload can't be listed"), told("can't be made")], [1, 1], device.logged.join("\n"));
  Deno.removeSync(newlog(site, "keepSentQueue"));
  await eventually("it moves once there is a folder", () => site.names("keepSentQueue").join() === name);
});

Deno.test("marks that are no file, or far too large, are told; they are replaced when there is something to mark", async () => {
  const spoil: readonly ((path: string) => unknown)[] = [
    makeFifo,
    (path) => Deno.symlinkSync("/dev/zero", path),
    (path) => {
      using file = Deno.openSync(path, { write: true, create: true });
      file.truncateSync(17 * 1024 * 1024);
    },
  ];
  for (const each of spoil) {
    await using site = await openSite();
    const marks = newlog(site, "sentMarks.jsonl");
    const name = await site.appFile();
    Deno.writeTextFileSync(newlog(site, "keepSentQueue"), "a file where a folder should be");
    await each(marks);
    site.fastUpload(true);
    site.ready();
    const device = site.start(20);
    await eventually(
      "it is told",
      () => device.logged.some((line) => line.includes("sentMarks.jsonl can't be read")),
    );
    await eventually(
      "the delivered file is marked",
      () => site.read("persist/newlog/sentMarks.jsonl")?.includes(name) === true,
    );
    assertEquals([Deno.lstatSync(marks).isFile, site.uploads().length], [true, 1]);
  }
});
