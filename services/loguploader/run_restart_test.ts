/** kill -9 of the uploader's process, and what the next one sends: nothing is lost, and nothing known as delivered comes again. */
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../agent/test_device.ts";
import { fullWindow } from "./schedule.ts";
import { eventually, openSite, type Site } from "./test_site.ts";

const main = new URL("./main.ts", import.meta.url).pathname;

Deno.test("[loguploader#24][loguploader#25] kill -9 between 201 and removal: the file is sent again, nothing is lost, counters start anew", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { delayAnswerMs: 300, times: 1 });
  site.fastUpload(true);
  const name = await site.deviceFile("once");
  await site.appFile();
  site.ready();
  const first = spawn(site);
  await eventually(
    "the pid file names the process",
    () => site.read("run/loguploader.pid") === String(first.pid),
  );
  const upload = () => site.controller.requests.find(({ endpoint }) => endpoint === "newlogs");
  await eventually("the upload is under way", () => upload()?.envelope?.signatureOk === true);
  first.kill("SIGSTOP");
  await eventually("201 has been sent", () => upload()?.status === 201 && (upload()?.durationMs ?? 0) > 0);
  first.kill("SIGKILL");
  await first.status;
  assert(site.names("devUpload").includes(name), "the file is still there");
  const second = spawn(site);
  try {
    await eventually(
      "all is delivered",
      () => site.names("devUpload").length + site.names("appUpload").length === 0,
    );
    await eventually("counted from 0", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 1);
  } finally {
    second.kill("SIGTERM");
    await second.status;
  }
  const stored = await site.controller.reports(site.uuid).logs();
  assertEquals(stored.map(({ entries }) => entries[0]?.content), ["once", "once"]);
});

Deno.test("kill -9 after the answer, before the file is moved away: its mark keeps it from being sent again, until it moves", async () => {
  await using site = await openSite();
  const name = await site.appFile("once");
  const blocked = `${site.root}/persist/newlog/keepSentQueue`;
  Deno.writeTextFileSync(blocked, "a file where a folder should be");
  site.fastUpload(true);
  site.ready();
  const first = spawn(site);
  const marks = () => site.read("persist/newlog/sentMarks.jsonl") ?? "";
  await eventually("it is marked", () => marks().includes(name));
  first.kill("SIGKILL");
  await first.status;
  await site.deviceFile("after the restart");
  const second = spawn(site);
  try {
    await eventually("the device file is delivered", () => site.names("devUpload").length === 0);
    assertEquals(site.names("appUpload"), [name]);
    await eventually("it does not count as waiting", () => site.metrics()?.AppMetrics.NumGzipFileInDir === 0);
    Deno.removeSync(blocked);
    await site.deviceFile("with room for it");
    await eventually("it moves away", () => site.names("keepSentQueue").join() === name);
    await eventually("its mark goes", () => marks() === "");
    await eventually("the new file is delivered", () => site.names("devUpload").length === 0);
  } finally {
    second.kill("SIGTERM");
    await second.status;
  }
  assertEquals(await site.contents(), ["after the restart", "once", "with room for it"]);
});

Deno.test("kill -9 three times in a drain: every file arrives, and only those in flight may come twice", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { handle: true, delayAnswerMs: 20 });
  const texts = Array.from({ length: 120 }, (_, n) => `file ${n}`);
  for (const text of texts) await site.deviceFile(text);
  site.fastUpload(true);
  site.ready();
  const random = seededRandom(9);
  const kills = 3;
  for (let n = 1; n <= kills; n++) {
    const child = spawn(site);
    const until = site.uploads().length + 5 + Math.floor(random.next() * 20);
    await eventually("some are under way", () => site.uploads().length >= until);
    child.kill("SIGKILL");
    await child.status;
  }
  const last = spawn(site);
  try {
    await eventually("all are delivered", () => site.names("devUpload").length === 0);
  } finally {
    last.kill("SIGTERM");
    await last.status;
  }
  const stored = await site.contents();
  assertEquals([...new Set(stored)].sort(), [...texts].sort());
  assert(stored.length - texts.length <= kills * fullWindow, `${stored.length - texts.length} came twice`);
  assertEquals(site.read("persist/newlog/sentMarks.jsonl"), undefined, "a healthy device has no marks");
});

Deno.test("another file under the name of a marked one is sent", async () => {
  await using site = await openSite();
  const name = await site.deviceFile("another one");
  const stale = { kind: "device", name, inode: 1, size: 1, modified: 1 };
  Deno.writeTextFileSync(`${site.root}/persist/newlog/sentMarks.jsonl`, `${JSON.stringify(stale)}\n`);
  site.fastUpload(true);
  site.ready();
  site.start(10);
  await eventually("it is delivered", () => site.names("devUpload").length === 0);
  assertEquals(await site.contents(), ["another one"]);
  await eventually("the mark is gone", () => site.names("").join().includes("sentMarks") === false);
});

function spawn(site: Site): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", main, "--root", site.root],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
