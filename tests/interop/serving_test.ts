/** When the bridge listens and when it does not, and what bad, slow, dead and many subscribers cost the others. */
import { assert, assertEquals } from "@std/assert";
import { lockPath } from "../../services/pubsub/mod.ts";
import { topics } from "../../services/topics/mod.ts";
import { startScript } from "../site/child.ts";
import { pause, until } from "../site/until.ts";
import { BridgedBus } from "./bridged_bus.ts";
import { runPython, says, startPython } from "./python.ts";

const { AttestNonce, CipherContext } = topics.zedagent;
const nonce = (n: number, length = 4) => ({
  Nonce: new Uint8Array(length).fill(n & 255),
  Requester: String(n),
});
const hex = (text: string) => new TextEncoder().encode(text).toHex();
const name = "zedagent/AttestNonce";

Deno.test("[pubsub#3] bad, oversize, late and second requests are closed without a reply", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  site.open().bus.publication(AttestNonce);
  await site.untilServed(name);
  const requests = [
    "request Other",
    "request",
    "request AttestNonce ",
    "request  AttestNonce",
    "request AttestNonce\n",
    "REQUEST AttestNonce",
    "hello AttestNonce false",
    `request ${"x".repeat(247)}`,
    `request ${"x".repeat(60_000)}`,
    "\0",
  ].map(hex);
  const answers = await runPython("requests.py", site.socket(name), ...requests, "-");
  assertEquals(answers, [...requests, "-"].map(() => "[]"));
  const [answer = ""] = await runPython(
    "requests.py",
    site.socket(name),
    `${hex("request AttestNonce")},${hex("request AttestNonce")}`,
  );
  assert(JSON.parse(answer).length <= 2, "closed at the second message");
  const good = site.subscribe(name);
  await good.until("the dump", (packets) => packets.some(({ complete }) => complete));
});

Deno.test("[pubsub#13] a stale socket is replaced; a live one of another program is left alone, named, and tried again", async () => {
  await using site = new BridgedBus();
  const { bus } = site.open();
  bus.publication(AttestNonce).publish("01", nonce(1));
  bus.publication(CipherContext);
  await runPython("foreign_socket.py", site.socket(name), "--stale");
  await using foreign = startPython("foreign_socket.py", site.socket("zedagent/CipherContext"));
  await says(foreign, "listening");
  site.startBridge();
  const subscriber = site.subscribe(name);
  await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
  await until("it says so", () => site.log.includes("CipherContext"), 20_000, () => site.log);
  const answers = await runPython(
    "requests.py",
    site.socket("zedagent/CipherContext"),
    hex("request CipherContext"),
  );
  assertEquals(answers, [JSON.stringify([hex("hello foreign false")])]);
  await foreign.tell("end");
  await foreign.ended;
  const later = site.subscribe("zedagent/CipherContext");
  await later.until("our own answer", (packets) => packets.some(({ complete }) => complete));
  assertEquals(await site.endBridge(), 0);
  assert(!site.exists(site.socket(name)), "its sockets are unlinked at the end");
});

Deno.test("it listens only where one of ours owns the topic and has loaded it", async () => {
  await using site = new BridgedBus();
  // A Go agent's topic: files, and no lock of ours.
  const foreign = `${site.root}/run/zedagent/CipherContext`;
  Deno.mkdirSync(foreign, { recursive: true });
  Deno.writeTextFileSync(`${foreign}/a.json`, "{}");
  // An owner that has not loaded yet: the lock is held, and only the pid stands in it.
  const path = lockPath(site.root, AttestNonce);
  const lock = Deno.openSync(path, { write: true, create: true });
  lock.lockSync(true);
  lock.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  try {
    site.startBridge();
    const { bus } = site.open();
    bus.publication(topics.nim.DeviceNetworkStatus);
    await site.untilServed("nim/DeviceNetworkStatus");
    await pause(500);
    assert(!site.exists(site.socket("zedagent/CipherContext")), "a foreign owner");
    assert(!site.exists(site.socket(name)), "not loaded");
    lock.writeSync(new TextEncoder().encode("loaded\n"));
    Deno.mkdirSync(`${site.root}/run/${name}`);
    await site.untilServed(name);
  } finally {
    lock.close();
  }
  await until("released, gone", () => !site.exists(site.socket(name)), 20_000);
});

Deno.test("[pubsub#14] a publisher killed and started again: the end, then the dump as it was; its socket is gone between", async () => {
  await using site = new BridgedBus();
  const subscriber = site.subscribe(name);
  for (const round of [1, 2]) {
    const child = startScript("tests/interop/children/owner.ts", site.root);
    await child.lineAt(0);
    // After the first values: a subscriber that connects before them gets an empty dump and then updates.
    if (round === 1) site.startBridge();
    await subscriber.until(
      `dump ${round}`,
      (packets) =>
        packets.filter(({ complete }) => complete).length === round && packets.at(-1)?.restarted === 1,
    );
    await child.kill();
    await subscriber.until(`end ${round}`, (packets) => packets.filter(({ eof }) => eof).length === round);
    await until("no socket", () => !site.exists(site.socket(name)), 20_000);
  }
  const dump = ["hello false", "update a", "update b", "complete", "restarted 1", "eof"];
  assertEquals(subscriber.words, [...dump, ...dump]);
});

Deno.test("the bridge killed with -9: the next one takes its sockets over, and subscribers get the dump", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const publication = site.open().bus.publication(AttestNonce);
  publication.publish("01", nonce(1));
  const subscriber = site.subscribe(name);
  await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
  await site.endBridge("SIGKILL");
  await subscriber.until("the end", (packets) => packets.some(({ eof }) => eof));
  publication.unpublish("01");
  publication.publish("02", nonce(2));
  site.startBridge();
  await subscriber.until("the next dump", (packets) => packets.at(-1)?.complete === true);
  assertEquals(subscriber.words.slice(-3), ["hello false", "update 02", "complete"]);
});

Deno.test("[pubsub#12] subscribers that never read cost neither publisher nor others anything, and bounded memory", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const publication = site.open().bus.publication(AttestNonce);
  const [changes, size] = [7_000, 33_000];
  for (let key = 0; key < 10; key++) publication.publish(`k${key}`, nonce(key, size));
  await site.untilServed(name);
  await using stalled = startPython("many_subscribers.py", site.socket(name), "AttestNonce", "20", "--stall");
  await says(stalled, "stalled");
  const reader = site.subscribe(name);
  await reader.until("the dump", (packets) => packets.some(({ complete }) => complete));
  const megabytes = () =>
    Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${site.bridgePid}/status`))?.[1]) / 1000;
  const before = megabytes();
  let most = 0;
  for (let n = 10; n < changes; n++) {
    // Most changes without the fsync of a publication, which would make this half a minute.
    const isPublished = n % 100 === 99;
    if (isPublished) publication.publish(`k${n % 10}`, nonce(n, size));
    else replace(`${site.root}/run/${name}/k${n % 10}.json`, AttestNonce.codec.encode(nonce(n, size)));
    if (!isPublished) continue;
    const arrived = () => reader.packets.some(({ value }) => value?.["Requester"] === String(n));
    await until(`change ${n}`, arrived, 20_000, () => reader.words.slice(-5).join());
    reader.packets.length = 0;
    most = Math.max(most, megabytes());
  }
  // One queue of these messages for all would be 400 MB, one for each stalled subscriber 8 GB.
  assert(most < before + 200, `${before} MB before, ${most} MB at most`);
});

function replace(path: string, text: string): void {
  Deno.writeTextFileSync(`${path}.new`, text);
  Deno.renameSync(`${path}.new`, path);
}

Deno.test("500 subscribers at once get the dump, then a change", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const publication = site.open().bus.publication(AttestNonce);
  publication.publish("01", nonce(1));
  await site.untilServed(name);
  await using many = startPython("many_subscribers.py", site.socket(name), "AttestNonce", "500");
  await says(many, "dumped");
  publication.publish("01", nonce(2));
  await says(many, "changed");
});
