/** Files of large fields between a bridge and subscribers: their number, their modes, and that none stays. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { MOST_FILES } from "./large_files.ts";
import { runBridge, type RunningBridge, textTopic } from "./testdata/running_bridge.ts";
import { valueOf } from "./testdata/subscriber.ts";

const topic = textTopic("zedagent", "AppInstanceConfig");
const large = (n: number) => `{"N":${n},"pubsub-large-CloudInitUserData":"${"x".repeat(60_000)}"}`;
const updates = (packets: readonly string[]) => packets.filter((packet) => packet.startsWith("update "));
const isComplete = (packets: readonly string[]) => packets.some((packet) => packet.startsWith("complete "));

function folderOf({ root }: RunningBridge): string {
  return `${root}/persist/pubsub-large/zedagent/AppInstanceConfig`;
}

function filesOf(bridge: RunningBridge): string[] {
  return Array.from(Deno.readDirSync(folderOf(bridge)), ({ name }) => name);
}

/** The path that an update names, below the test's root. */
function fileOf({ root }: RunningBridge, packet: string): string {
  const member: unknown = JSON.parse(valueOf(packet)?.json ?? "")["pubsub-file-CloudInitUserData"];
  const path: unknown = JSON.parse(String(member));
  return `${root}${path}`;
}

Deno.test("[pubsub#20] each connection has its own files, 0600 in a folder 0755, and they go with it", async () => {
  await using bridge = runBridge([topic]);
  bridge.bus.publication(topic).publish("a", large(1));
  using one = await bridge.subscribe(topic);
  {
    using other = await bridge.subscribe(topic);
    for (const subscriber of [one, other]) await subscriber.until("the dump", isComplete);
    const files = [one, other].map(({ packets }) => fileOf(bridge, updates(packets)[0] ?? ""));
    assertEquals(new Set(files).size, 2);
    for (const file of files) {
      assertEquals(JSON.parse(Deno.readTextFileSync(file)), {
        "pubsub-large-CloudInitUserData": "x".repeat(60_000),
      });
      assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
    }
    assertEquals((Deno.statSync(folderOf(bridge)).mode ?? 0) & 0o777, 0o755);
  }
  await until("the files of the one that left are gone", () => filesOf(bridge).length === 1);
  assert(bridge.exists(fileOf(bridge, updates(one.packets)[0] ?? "")));
  await bridge.end();
  assertEquals(filesOf(bridge), []);
});

Deno.test("a reader that deletes nothing gets so many files and then waits, alone", async () => {
  const count = MOST_FILES + 30;
  await using bridge = runBridge([topic]);
  const publication = bridge.bus.publication(topic);
  for (let n = 0; n < count; n++) publication.publish(`k${n}`, large(n));
  using lazy = await bridge.subscribe(topic);
  await lazy.until("as many as there may be", (packets) => updates(packets).length === MOST_FILES);
  using tidy = await bridge.subscribe(topic);
  let seen = 0;
  await tidy.until("the dump of the other", (packets) => {
    const news = updates(packets).slice(seen);
    news.forEach((packet) => Deno.removeSync(fileOf(bridge, packet)));
    seen += news.length;
    return isComplete(packets);
  });
  lazy.read();
  assertEquals([updates(lazy.packets).length, isComplete(lazy.packets)], [MOST_FILES, false]);
  assertEquals(filesOf(bridge).length, MOST_FILES);

  publication.publish(`k${count - 1}`, large(-1));
  for (const packet of updates(lazy.packets).slice(0, 10)) Deno.removeSync(fileOf(bridge, packet));
  await lazy.until("ten more", (packets) => updates(packets).length === MOST_FILES + 10);
  for (const packet of updates(lazy.packets).slice(10)) Deno.removeSync(fileOf(bridge, packet));
  await lazy.until("the rest", isComplete);
  const last = updates(lazy.packets).map(valueOf).findLast((value) => value?.key === `k${count - 1}`);
  assertEquals(JSON.parse(last?.json ?? "").N, -1);
});

Deno.test("what a dead bridge left is swept when the topic is served, and nothing else", async () => {
  await using bridge = runBridge([topic]);
  const folder = folderOf(bridge);
  Deno.mkdirSync(folder, { recursive: true });
  for (const name of ["pubsub-file-CloudInitUserData0123456789", "notes"]) {
    Deno.writeTextFileSync(`${folder}/${name}`, "");
  }
  bridge.bus.publication(topic);
  await bridge.untilServed(topic);
  assertEquals(filesOf(bridge), ["notes"]);
});

Deno.test("when the publisher ends, its subscribers can still read the files of their last messages", async () => {
  await using bridge = runBridge([topic]);
  const publisher = bridge.open();
  publisher.bus.publication(topic).publish("a", large(1));
  using subscriber = await bridge.subscribe(topic);
  await subscriber.until("the dump", isComplete);
  publisher.end();
  await subscriber.untilEnded();
  assert(bridge.exists(fileOf(bridge, updates(subscriber.packets)[0] ?? "")));
  await bridge.end();
  assertEquals(filesOf(bridge), []);
});

Deno.test("a disk that takes no file: told once, tried again, and nothing is lost", async () => {
  await using bridge = runBridge([topic], { recheckMs: 20 });
  const blocker = bridge.device.write("/persist/pubsub-large", "");
  const publication = bridge.bus.publication(topic);
  publication.publish("a", large(1));
  using subscriber = await bridge.subscribe(topic);
  const told = () => bridge.device.logged.filter((line) => line.includes("a large field can't be written"));
  await until("the report", () => told().length > 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(told().length, 1);
  subscriber.read();
  assertEquals(subscriber.packets, ["hello AppInstanceConfig false"]);
  Deno.removeSync(blocker);
  await subscriber.until("the dump", isComplete);
  assertEquals(updates(subscriber.packets).length, 1);
});

Deno.test("a value that no message can carry is told once and left out; the rest goes on", async () => {
  await using bridge = runBridge([topic]);
  const publication = bridge.bus.publication(topic);
  publication.publish("a", large(1));
  bridge.device.write("/run/zedagent/AppInstanceConfig/b.json", `{"B":"${"b".repeat(70_000)}"}`);
  for (let round = 0; round < 2; round++) {
    using subscriber = await bridge.subscribe(topic);
    await subscriber.until("the dump", isComplete);
    assertEquals(updates(subscriber.packets).map((packet) => valueOf(packet)?.key), ["a"]);
  }
  const told = bridge.device.logged.filter((line) => line.includes("its message takes"));
  assertEquals(told.length, 1, told.join("\n"));
  assert(told[0]?.startsWith('ERROR zedagent/AppInstanceConfig key "b": '), told[0]);
});
