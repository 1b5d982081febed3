/** The uploader when things go wrong: outages, refusals, kills, full disks. */
import { assert, assertEquals } from "@std/assert";
import { goZedAgentStatus, topics } from "../topics/mod.ts";
import { startDevice } from "../agent/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { openBus } from "../pubsub/mod.ts";
import { run } from "./run.ts";
import { appUUID, eventually, networkStatus, openSite } from "./test_site.ts";

Deno.test("[loguploader#16] three failures publish FailedToSend, three successes take it back", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  site.start(40);
  await eventually("the first success clears the start value", () => site.metrics()?.FailedToSend === false);
  site.controller.faults.add("newlogs", { close: "unhandled" });
  await site.deviceFile();
  await eventually("the outage is published", () => site.metrics()?.FailedToSend === true);
  site.controller.faults.clear();
  for (let i = 0; i < 3; i++) await site.deviceFile();
  await eventually("recovery is published", () => site.metrics()?.FailedToSend === false);
  await eventually("all is delivered", () => site.names("devUpload").length === 0);
});

Deno.test("[loguploader#17] 503 is tried again and again, and the file stays in its folder", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { status: 503 });
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  site.start(100);
  await eventually("fifteen tries", () => site.uploads().length >= 15);
  assertEquals([site.names("devUpload").length, site.names("failedUpload").length], [1, 0]);
  site.controller.faults.clear();
  await eventually("it is delivered in the end", () => site.names("devUpload").length === 0);
});

Deno.test("[loguploader#18] eleven 400s in a row move a file to failedUpload; the next one goes on long before", async () => {
  await using site = await openSite();
  await site.logs.writeFile("devUpload", "dev.log.1000.gz", new TextEncoder().encode("no gzip at all"));
  await site.deviceFile();
  site.fastUpload(true);
  site.ready();
  const device = site.start(1000);
  await eventually("the good one is delivered", () => site.names("devUpload").join() === "dev.log.1000.gz");
  assert(site.metrics() === undefined || (site.metrics()?.DevMetrics.NumGZipFileKeptLocal ?? 0) === 0);
  await eventually("the bad one is given up", () => site.names("failedUpload").join() === "dev.log.1000.gz");
  const refused = site.controller.requests.filter(({ endpoint, status }) =>
    endpoint === "newlogs" && status === 400
  );
  assertEquals(refused.length, 11);
  assert(
    device.logged.some((line) => line.includes("dev.log.1000.gz moved to failedUpload")),
    device.logged.join("\n"),
  );
});

Deno.test("[loguploader#20] failedUpload never holds more than 1000 files, and the oldest goes first", async () => {
  await using site = await openSite();
  const failed = `${site.root}/persist/newlog/failedUpload`;
  Deno.mkdirSync(failed, { recursive: true });
  for (let i = 0; i < 1000; i++) Deno.writeTextFileSync(`${failed}/dev.log.${5000 + i}.gz`, "x");
  Deno.writeTextFileSync(`${failed}/app.${appUUID}.log.99999.gz`, "x");
  await site.logs.writeFile("devUpload", "dev.log.7777777.gz", new Uint8Array());
  site.fastUpload(true);
  site.ready();
  site.start();
  await eventually("the new one is in", () => site.names("failedUpload").includes("dev.log.7777777.gz"));
  assertEquals(site.names("failedUpload").length, 1000);
  assertEquals(site.names("failedUpload").filter((name) => /dev\.log\.500[01]\.gz/.test(name)), []);
  assert(site.names("failedUpload").includes(`app.${appUUID}.log.99999.gz`));
});

for (const stuck of ["app-newlogs", "newlogs"] as const) {
  const [waits, goesOn] = stuck === "newlogs" ? ["devUpload", "appUpload"] : ["appUpload", "devUpload"];
  Deno.test(`[loguploader#28] a stuck file in ${waits} does not hold up ${goesOn}`, async () => {
    await using site = await openSite();
    site.controller.faults.add(stuck, { hang: true });
    const write = () => goesOn === "appUpload" ? site.appFile() : site.deviceFile();
    await site.appFile();
    await site.deviceFile();
    site.fastUpload(true);
    site.ready();
    site.start(10);
    await eventually("the other file is delivered", () => site.names(goesOn).length === 0);
    for (let i = 0; i < 3; i++) await write();
    await eventually("so are the next ones", () => site.names(goesOn).length === 0);
    assertEquals(site.names(waits).length, 1);
  });
}

Deno.test("[loguploader#27] keepSentQueue is never uploaded", async () => {
  await using site = await openSite();
  const keep = `${site.root}/persist/newlog/keepSentQueue`;
  Deno.mkdirSync(keep, { recursive: true });
  for (const name of [`app.skipTx.${appUUID}.log.1000.gz`, "dev.log.2000.gz"]) {
    Deno.writeTextFileSync(`${keep}/${name}`, "x");
  }
  await site.deviceFile();
  site.fastUpload(true);
  site.ready();
  site.start();
  await eventually("the waiting file is delivered", () => site.names("devUpload").length === 0);
  assertEquals(site.uploads().length, 1);
  assertEquals(site.names("keepSentQueue").length, 2);
});

Deno.test("[loguploader#29] in air-gap mode failures are retried and logged low", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { status: 503 });
  const end = new AbortController();
  const bus = openBus({ root: site.root, signal: end.signal, report: () => {} });
  bus.publication(topics.zedagent.ZedAgentStatus).publish(
    "zedagent",
    goZedAgentStatus.make({ AirgapMode: true }),
  );
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  const device = site.start(50);
  await eventually("it is tried again", () => site.uploads().length >= 4);
  const told = device.logged.filter((line) => line.includes("was not taken"));
  assert(told.length >= 3 && told.every((line) => line.startsWith("DEBUG")), told.join("\n"));
  end.abort();
});

Deno.test("[loguploader#26] pid and touch files are there, and the touch file stays young while the controller hangs", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { hang: true });
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  const clock = fastClock(30);
  const device = startDevice("loguploader", { root: site.root, debug: false, signals: false, clock });
  const running = run(device);
  const touched = () => Deno.statSync(`${site.root}/run/loguploader.touch`).mtime?.getTime() ?? 0;
  try {
    await eventually("the upload hangs", () => site.uploads().length === 1);
    assertEquals(Deno.readTextFileSync(`${site.root}/run/loguploader.pid`), String(Deno.pid));
    for (let times = 0, before = touched(); times < 3; times++, before = touched()) {
      await eventually("it is touched again while the send hangs", () => touched() > before);
      assert(clock.now() - touched() < 300_000);
    }
    assertEquals(site.uploads().length, 1, "the same send still hangs");
    assertEquals(site.names("devUpload").length, 1);
  } finally {
    const ended = device.close();
    assertEquals(await running, 0);
    await ended;
  }
});

Deno.test("a delivered file that can't be moved away is not sent again, and is told once", async () => {
  await using site = await openSite();
  await site.appFile();
  Deno.mkdirSync(`${site.root}/persist/newlog`, { recursive: true });
  Deno.writeTextFileSync(`${site.root}/persist/newlog/keepSentQueue`, "a file where a folder should be");
  site.fastUpload(true);
  site.ready();
  const device = site.start(50);
  await eventually("it is told", () => device.logged.some((line) => line.includes("can't be moved away")));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assertEquals(site.uploads().length, 1);
  assertEquals(device.logged.filter((line) => line.includes("can't be moved away")).length, 1);
  Deno.removeSync(`${site.root}/persist/newlog/keepSentQueue`);
  await eventually("it moves when it can", () => site.names("appUpload").length === 0);
  assertEquals(site.uploads().length, 1);
});

Deno.test("a name that is used again while its file is being sent: the new file is sent too", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { handle: true, delayAnswerMs: 500, times: 1 });
  site.fastUpload(true);
  const name = await site.deviceFile("the first");
  site.ready();
  const device = site.start(20);
  await eventually("the first one is on its way", () => site.uploads().length === 1);
  const other = await site.deviceFile("the second");
  Deno.renameSync(
    `${site.root}/persist/newlog/devUpload/${other}`,
    `${site.root}/persist/newlog/devUpload/${name}`,
  );
  await eventually("both are delivered", () => site.names("devUpload").length === 0);
  const stored = await site.controller.reports(site.uuid).logs();
  assertEquals(
    new Set(stored.map(({ entries }) => entries[0]?.content)),
    new Set(["the first", "the second"]),
  );
  assert(device.logged.some((line) => line.includes("is another file now")), device.logged.join("\n"));
});

Deno.test("an address that goes ends the sends that may hang on it; their files are sent anew over the others", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { hang: true, times: 1 });
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  site.start();
  await eventually("the upload hangs", () => site.uploads().length === 1);
  site.network.publish("global", networkStatus(["127.0.0.2"]));
  await eventually("it is delivered over the other address", () => site.names("devUpload").length === 0);
  assertEquals(site.controller.requests.map(({ remoteAddress }) => remoteAddress.replace("::ffff:", "")), [
    "127.0.0.1",
    "127.0.0.2",
  ]);
});

Deno.test("a file above 16 MiB is not read: it goes to quarantine", async () => {
  await using site = await openSite();
  Deno.mkdirSync(`${site.root}/persist/newlog/devUpload`, { recursive: true });
  using huge = Deno.openSync(`${site.root}/persist/newlog/devUpload/dev.log.1000.gz`, {
    write: true,
    create: true,
  });
  huge.truncateSync(17 * 1024 * 1024);
  site.fastUpload(true);
  site.ready();
  site.start();
  await eventually("it is in quarantine", () => site.names("failedUpload").join() === "dev.log.1000.gz");
  assertEquals(site.uploads(), []);
});

Deno.test("a folder that can't be listed is told once and holds up no other; it is found once it is one", async () => {
  await using site = await openSite();
  const devUpload = `${site.root}/persist/newlog/devUpload`;
  await site.appFile();
  Deno.writeTextFileSync(devUpload, "a file where a folder should be");
  site.fastUpload(true);
  site.ready();
  const device = site.start(100);
  await eventually("the app's file is delivered", () => site.names("appUpload").length === 0);
  const told = () => device.logged.filter((line) => line.includes("devUpload can't be listed"));
  await eventually("it is told", () => told().length > 0);
  Deno.removeSync(devUpload);
  await site.deviceFile();
  await eventually("the device's file is delivered", () => site.names("devUpload").length === 0);
  assertEquals(told().length, 1, device.logged.join("\n"));
});

Deno.test("a name that is taken in keepSentQueue or failedUpload: both files stay, the new one a millisecond later", async () => {
  await using site = await openSite();
  const app = `app.${appUUID}.log.1000.gz`;
  for (const [folder, name] of [["keepSentQueue", app], ["failedUpload", "dev.log.1000.gz"]] as const) {
    Deno.mkdirSync(`${site.root}/persist/newlog/${folder}`, { recursive: true });
    Deno.writeTextFileSync(`${site.root}/persist/newlog/${folder}/${name}`, "older");
  }
  const made = await site.appFile();
  Deno.renameSync(
    `${site.root}/persist/newlog/appUpload/${made}`,
    `${site.root}/persist/newlog/appUpload/${app}`,
  );
  await site.logs.writeFile("devUpload", "dev.log.1000.gz", new Uint8Array());
  site.fastUpload(true);
  site.ready();
  site.start(10);
  await eventually(
    "both have left",
    () => site.names("appUpload").length + site.names("devUpload").length === 0,
  );
  assertEquals(site.names("keepSentQueue"), [app, `app.${appUUID}.log.1001.gz`]);
  assertEquals(site.names("failedUpload"), ["dev.log.1000.gz", "dev.log.1001.gz"]);
  assertEquals(site.read(`persist/newlog/keepSentQueue/${app}`), "older");
  assertEquals(site.read("persist/newlog/failedUpload/dev.log.1000.gz"), "older");
});
