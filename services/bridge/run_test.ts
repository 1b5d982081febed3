/** The bridge in one process with publishers and subscribers: what the tests in `tests/interop/` don't see from outside. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { lockPath, socketPath } from "../pubsub/mod.ts";
import { openLibc } from "./libc.ts";
import { clearPath, listenAt } from "./listener.ts";
import { runBridge, textTopic } from "./testdata/running_bridge.ts";
import { Subscriber, valueOf } from "./testdata/subscriber.ts";

const topic = textTopic("zedagent", "AttestNonce");
const isComplete = (packets: readonly string[]) => packets.some((packet) => packet.startsWith("complete "));

Deno.test("it ends with 0, unlinks its socket, and tells what it has done", async () => {
  await using bridge = runBridge([topic]);
  bridge.bus.publication(topic).publish("a", "{}");
  using subscriber = await bridge.subscribe(topic);
  await subscriber.until("the dump", isComplete);
  assertEquals(await bridge.end(), 0);
  await subscriber.untilEnded();
  assert(!bridge.exists(socketPath(bridge.root, topic) ?? ""));
  assertEquals(bridge.device.logged.filter((line) => !/^(INFO|DEBUG)/.test(line)), []);
  assert(bridge.device.logged.at(-1)?.includes("1 connections, 3 packets"), bridge.device.logged.at(-1));
});

Deno.test("[pubsub#3] a subscriber that asks for nothing is closed after its time, without a reply, and counted", async () => {
  await using bridge = runBridge([topic], { requestMs: 100 });
  bridge.bus.publication(topic);
  await bridge.untilServed(topic);
  using silent = new Subscriber(socketPath(bridge.root, topic) ?? "");
  using good = await bridge.subscribe(topic);
  await silent.untilEnded();
  assertEquals(silent.packets, []);
  await good.until("the dump", isComplete);
  assert(!good.ended);
  assert(
    bridge.device.logged.some((line) => line.startsWith("WARN") && line.includes("no request within 100 ms")),
  );
});

Deno.test("a second message closes the connection, and a subscriber that only goes away is no fault", async () => {
  await using bridge = runBridge([topic]);
  bridge.bus.publication(topic);
  using twice = await bridge.subscribe(topic);
  await twice.until("the dump", isComplete);
  twice.send("request AttestNonce");
  await twice.untilEnded();
  (await bridge.subscribe(topic))[Symbol.dispose]();
  using last = await bridge.subscribe(topic);
  await last.until("the dump", isComplete);
  await bridge.end();
  assert(bridge.device.logged.at(-1)?.includes("1 refused requests"), bridge.device.logged.at(-1));
});

Deno.test("a socket path that is too long is told once in words, and the other topics are served", async () => {
  const long = textTopic("zedagent", "N".repeat(85));
  await using bridge = runBridge([long, topic], { recheckMs: 20 });
  bridge.bus.publication(long).publish("a", "{}");
  bridge.bus.publication(topic);
  using subscriber = await bridge.subscribe(topic);
  await subscriber.until("the dump", isComplete);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const told = bridge.device.logged.filter((line) => line.includes("a socket's path can have 107"));
  assertEquals(told.length, 1);
  assert(told[0]?.startsWith("ERROR"));
});

Deno.test("a socket that was removed is made anew, and connections go on; one that was replaced is not ours to unlink", async () => {
  const libc = openLibc();
  await using bridge = runBridge([topic]);
  const publication = bridge.bus.publication(topic);
  const path = socketPath(bridge.root, topic) ?? "";
  using first = await bridge.subscribe(topic);
  await first.until("the dump", isComplete);
  Deno.removeSync(path);
  using second = await bridge.subscribe(topic);
  await second.until("the dump", isComplete);
  publication.publish("a", "{}");
  for (const subscriber of [first, second]) {
    await subscriber.until("the change", (packets) => packets.includes("update AttestNonce YQ== e30="));
  }

  Deno.renameSync(path, `${path}.aside`);
  clearPath(libc, path);
  const foreign = listenAt(libc, `${path}.new`);
  Deno.renameSync(`${path}.new`, path);
  await until(
    "the report",
    () => bridge.device.logged.some((line) => line.includes("is served by another process")),
  );
  assertEquals(await bridge.end(), 0);
  assert(bridge.exists(path), "the socket of the other process stays");
  foreign.close();
  libc.unload();
});

Deno.test("what a publisher wrote last reaches its subscribers before the end", async () => {
  await using bridge = runBridge([topic]);
  for (let round = 0; round < 10; round++) {
    const publisher = bridge.open();
    const publication = publisher.bus.publication(topic);
    using subscriber = await bridge.subscribe(topic);
    await subscriber.until("the dump", isComplete);
    publication.publish("last", `{"Round":${round}}`);
    publisher.end();
    await subscriber.untilEnded();
    assertEquals(valueOf(subscriber.packets.at(-1) ?? ""), { key: "last", json: `{"Round":${round}}` });
  }
});

Deno.test("an owner whose directory is missing is told once, and served as soon as it is there", async () => {
  await using bridge = runBridge([topic], { recheckMs: 20 });
  const path = lockPath(bridge.root, topic);
  Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
  using lock = Deno.openSync(path, { write: true, create: true });
  lock.lockSync(true);
  lock.writeSync(new TextEncoder().encode(`${Deno.pid}\nloaded\n`));
  const told = () => bridge.device.logged.filter((line) => line.includes("is not served"));
  await until("the report", () => told().length > 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert(!bridge.exists(socketPath(bridge.root, topic) ?? ""));
  assertEquals(told().length, 1);
  Deno.mkdirSync(`${bridge.root}/run/zedagent/AttestNonce`);
  await bridge.untilServed(topic);
});

Deno.test("[pubsub#12] a reader that stops gets what is newest when it goes on, and nobody waits for it", async () => {
  await using bridge = runBridge([topic]);
  const publication = bridge.bus.publication(topic);
  const value = (n: number) => `{"N":${n},"X":"${"x".repeat(20_000)}"}`;
  publication.publish("a", value(0));
  using slow = await bridge.subscribe(topic);
  using quick = await bridge.subscribe(topic);
  for (let n = 1; n <= 100; n++) {
    publication.publish("a", value(n));
    await quick.until(
      `change ${n}`,
      (packets) => packets.some((packet) => valueOf(packet)?.json === value(n)),
    );
  }
  publication.unpublish("a");
  publication.publish("b", value(1));
  await quick.until("the last", (packets) => packets.at(-1)?.startsWith("update AttestNonce Yg== ") === true);
  slow.read(3);
  assert(slow.packets.length === 3 && !slow.ended);
  await slow.until("the last", (packets) => packets.at(-1)?.startsWith("update AttestNonce Yg== ") === true);
  assert(slow.packets.length < 20, `${slow.packets.length} of ${quick.packets.length}: no queue`);
  assertEquals(slow.packets.at(-2), "delete AttestNonce YQ==");
});
