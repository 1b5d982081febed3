import { assert, assertEquals, assertMatch } from "@std/assert";
import { replaceFile } from "./atomic_file.ts";
import type { SubscriptionHandlers } from "./bus.ts";
import { MAX_FILE } from "./entry_file.ts";
import type { PubsubError } from "./error.ts";
import { openBus } from "./open_bus.ts";
import { namesIn, pause, recorder, until, withBus } from "./testdata/fixture.ts";
import type { Fixture } from "./testdata/fixture.ts";
import { reading, readingCodec, readingTopic } from "./testdata/reading.ts";
import type { Reading } from "./testdata/reading.ts";

const topic = readingTopic();
const persistent = readingTopic("meter", { persistent: true });
const led = readingTopic("", { name: "LedBlinkCounter", manyWriters: true });

function follow({ bus }: Fixture, subject = topic, more: SubscriptionHandlers<Reading> = {}) {
  const { calls, handlers } = recorder<Reading>((value) => value.N);
  const subscription = bus.subscription(subject, { ...handlers, ...more });
  return { calls, subscription };
}

/** Keeps the event loop busy, as a handler with too much to do would. */
function blockFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

Deno.test("[pubsub#10] deletes precede updates in one batch, restarted follows both", () =>
  withBus(async (fixture) => {
    const { calls, subscription } = follow(fixture);
    const publication = fixture.bus.publication(topic);
    publication.publish("old", reading(1));
    publication.publish("kept", reading(1));
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    calls.length = 0;
    publication.publish("kept", reading(2));
    publication.publish("new", reading(1));
    publication.signalRestarted();
    publication.unpublish("old");
    subscription.rescan();
    assertEquals(calls.slice(0, 1), ["delete old 1"]);
    assertEquals(calls.slice(1, 3).sort(), ["create new 1", "modify kept 1→2"]);
    assertEquals(calls.slice(3), ["restart 1"]);
    await pause(30);
    assertEquals(calls.length, 4);
  }));

Deno.test("events alone: the entries are there before the counter that stands for them", () =>
  withBus(async (fixture) => {
    const { calls, subscription } = follow(fixture, topic, {
      restart: (count) => void calls.push(`restart ${count} with ${subscription.getAll().size}`),
    });
    subscription.activate();
    const publication = fixture.bus.publication(topic);
    await until("sync", () => subscription.synchronized);
    for (let batch = 1; batch <= 3; batch++) {
      for (let n = 0; n < 100; n++) publication.publish(`${batch}-${n}`, reading(n));
      publication.signalRestarted();
      await until(`batch ${batch}`, () => subscription.restarted === batch);
      assert(
        calls.includes(`restart ${batch} with ${batch * 100}`),
        calls.filter((c) => c.startsWith("re")).join(),
      );
    }
  }));

Deno.test("[pubsub#11] of rapid publishes of one key the last value always arrives", () =>
  withBus(async (fixture) => {
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    const publication = fixture.bus.publication(topic);
    for (let round = 0; round < 5; round++) {
      for (let n = 1; n <= 200; n++) publication.publish("global", reading(round * 1000 + n));
      await until("the last value", () => subscription.get("global")?.N === round * 1000 + 200);
    }
    const seen = calls.map((call) => Number(call.split(/[ →]/).at(-1))).filter((n) => !Number.isNaN(n));
    assertEquals(seen, [...seen].sort((a, b) => a - b), "never an older value after a newer one");
  }));

Deno.test("[pubsub#19] a persistent subscriber delivers preload synchronously, then no duplicate create", () =>
  withBus(async (fixture) => {
    const publication = fixture.bus.publication(persistent);
    publication.publish("global", reading(1));
    publication.signalRestarted();
    publication.publish("other", reading(1));
    const { calls, subscription } = follow(fixture, persistent);
    assertEquals(calls, []);
    subscription.activate();
    assertEquals(calls.slice(0, 2).sort(), ["create global 1", "create other 1"]);
    assertEquals(calls.slice(2), ["sync", "restart 1"]);
    subscription.rescan();
    publication.publish("global", reading(2));
    await until("modify", () => calls.length > 4);
    await pause(30);
    assertEquals(calls.slice(4), ["modify global 1→2"]);
  }));

Deno.test("a persistent preload uses .bak for an empty, a corrupt and a missing file", () =>
  withBus(async (fixture) => {
    const directory = `${fixture.root}/persist/status/meter/Reading`;
    const publication = fixture.bus.publication(persistent);
    for (const key of ["empty", "corrupt", "missing", "removed"]) {
      publication.publish(key, reading(1));
      publication.publish(key, reading(2));
    }
    Deno.truncateSync(`${directory}/empty.json`);
    Deno.writeTextFileSync(`${directory}/corrupt.json`, "}{");
    Deno.removeSync(`${directory}/missing.json`);
    const { calls, subscription } = follow(fixture, persistent);
    subscription.activate();
    assertEquals(calls.slice(0, 4).sort(), [
      "create corrupt 1",
      "create empty 1",
      "create missing 1",
      "create removed 2",
    ]);
    subscription.rescan();
    Deno.removeSync(`${directory}/removed.json`);
    await until("delete", () => calls.includes("delete removed 2"));
    publication.publish("missing", reading(3));
    publication.publish("corrupt", reading(3));
    await until("repair", () => subscription.get("missing")?.N === 3 && subscription.get("corrupt")?.N === 3);
    publication.unpublish("empty");
    await until("delete", () => calls.includes("delete empty 1"));
    assertEquals(fixture.reports.map((error) => error.kind), ["bad-file", "bad-file"]);
  }));

for (
  const subject of [
    readingTopic("zedclient"),
    readingTopic("zedclient", { persistent: true, name: "OnboardingStatus" }),
    led,
  ]
) {
  Deno.test(`[pubsub#23] ${subject.agent || "(global)"}/${subject.name}: waits for a missing directory, then follows it`, () =>
    withBus(async (fixture) => {
      const { calls, subscription } = follow(fixture, subject);
      const begin = performance.now();
      subscription.activate();
      assert(performance.now() - begin < 1000, "activate does not wait for the directory");
      await pause(20);
      assertEquals([calls, subscription.synchronized], [[], false]);
      const publication = fixture.bus.publication(subject);
      publication.publish("a", reading(1));
      publication.publish("b", reading(1));
      publication.signalRestarted();
      await until("sync and restart", () => calls.length >= 4);
      assertEquals(calls.slice(0, 2).sort(), ["create a 1", "create b 1"]);
      assertEquals(calls.slice(2), ["sync", "restart 1"]);
      publication.publish("a", reading(2));
      await until("modify", () => calls.includes("modify a 1→2"));
      publication.unpublish("b");
      await until("delete", () => calls.includes("delete b 1"));
      assertEquals(calls.length, 6);
    }));
}

Deno.test("[pubsub#24] a shell's LED file is read; garbage is skipped and a later fixed version accepted", () =>
  withBus(async (fixture) => {
    interface Led {
      readonly BlinkCounter: number;
    }
    const codec = {
      encode: (value: Led) => JSON.stringify(value),
      decode: (text: string): Led => ({ BlinkCounter: Number(JSON.parse(text).BlinkCounter) }),
      equal: (a: Led, b: Led) => a.BlinkCounter === b.BlinkCounter,
    };
    const path = `${fixture.root}/run/global/LedBlinkCounter/ledconfig.json`;
    Deno.mkdirSync(`${fixture.root}/run/global/LedBlinkCounter`, { recursive: true });
    await shell(`echo '{"BlinkCounter": 1}' > ${path}`);
    const subscription = fixture.bus.subscription({ ...led, codec });
    subscription.activate();
    await until("1", () => subscription.get("ledconfig")?.BlinkCounter === 1);
    await shell(`echo 'garbage' > ${path}`);
    await until("a report", () => fixture.reports.some((error) => error.message.includes("JSON object")));
    assertEquals(subscription.get("ledconfig")?.BlinkCounter, 1);
    await shell(`echo '{"BlinkCounter": 2}' > ${path}`);
    await until("2", () => subscription.get("ledconfig")?.BlinkCounter === 2);
    assert(fixture.reports.every((error) => error.kind === "bad-file"));
  }));

async function shell(script: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assert(success, script);
}

Deno.test("bad files of every sort keep the last good value and are reported once each", () =>
  withBus(async (fixture) => {
    const directory = `${fixture.root}/run/meter/Reading`;
    const publication = fixture.bus.publication(topic);
    const keys = ["empty", "torn", "array", "foreign", "huge", "link", "folder"];
    for (const key of keys) publication.publish(key, reading(1));
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    Deno.truncateSync(`${directory}/empty.json`);
    replaceFile(`${directory}/torn.json`, '{"N":2,"Tex');
    replaceFile(`${directory}/array.json`, "[]");
    replaceFile(`${directory}/foreign.json`, '{"N":"two"}');
    replaceFile(`${directory}/huge.json`, " ".repeat(MAX_FILE) + '{"N":2}');
    Deno.symlinkSync("/etc/hostname", `${directory}/x`);
    Deno.renameSync(`${directory}/x`, `${directory}/link.json`);
    Deno.removeSync(`${directory}/folder.json`);
    Deno.mkdirSync(`${directory}/folder.json`);
    Deno.writeTextFileSync(`${directory}/a.json.json`, "{}");
    await until("eight reports", () => fixture.reports.length >= 8);
    for (let n = 0; n < 3; n++) subscription.rescan();
    await pause(30);
    assertEquals(fixture.reports.map((error) => error.kind), Array(8).fill("bad-file"));
    assertEquals(subscription.getAll(), new Map(keys.map((key) => [key, reading(1)])));
    assertEquals(calls.filter((call) => !call.startsWith("create")), ["sync"]);
    Deno.removeSync(`${directory}/folder.json`);
    for (const key of keys) replaceFile(`${directory}/${key}.json`, readingCodec.encode(reading(3)));
    await until("all fixed", () => keys.every((key) => subscription.get(key)?.N === 3));
  }));

Deno.test("an empty file in the middle of a shell's write does not delete", () =>
  withBus(async (fixture) => {
    const publication = fixture.bus.publication(topic);
    publication.publish("a", reading(1));
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    using file = Deno.openSync(`${fixture.root}/run/meter/Reading/a.json`, { write: true, truncate: true });
    await until("a report", () => fixture.reports.length === 1);
    file.writeSync(new TextEncoder().encode('{"N":'));
    await pause(20);
    file.writeSync(new TextEncoder().encode("2}\n"));
    await until("the whole value", () => calls.includes("modify a 1→2"));
    assertEquals(calls, ["create a 1", "sync", "modify a 1→2"]);
  }));

Deno.test("[pubsub#15] keys removed while nobody watched are reported as deleted after the next scan", () =>
  withBus(async (fixture) => {
    const { root } = fixture;
    const publication = fixture.bus.publication(topic);
    publication.publish("kept", reading(1));
    publication.publish("lost", reading(1));
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    calls.length = 0;
    // The directory is exchanged for one without the key: no event ever names it.
    Deno.mkdirSync(`${root}/run/next`);
    Deno.copyFileSync(`${root}/run/meter/Reading/kept.json`, `${root}/run/next/kept.json`);
    Deno.renameSync(`${root}/run/meter/Reading`, `${root}/run/before`);
    Deno.renameSync(`${root}/run/next`, `${root}/run/meter/Reading`);
    subscription.rescan();
    assertEquals(calls, ["delete lost 1"]);
    replaceFile(`${root}/run/meter/Reading/new.json`, readingCodec.encode(reading(5)));
    await until("the new directory is followed", () => calls.includes("create new 5"));
  }));

Deno.test("the periodic scan repairs what no event told", () =>
  withBus(async (fixture) => {
    const { root } = fixture;
    fixture.bus.publication(topic).publish("a", reading(1));
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    Deno.mkdirSync(`${root}/next`);
    Deno.writeTextFileSync(`${root}/next/a.json`, '{"N":7}');
    const up = `${root}/run`, away = `${root}/away`;
    Deno.renameSync(up, away);
    Deno.mkdirSync(`${up}/meter`, { recursive: true });
    Deno.renameSync(`${root}/next`, `${up}/meter/Reading`);
    await until("the repair", () => subscription.get("a")?.N === 7);
  }, { rescanMs: 50 }));

Deno.test("a directory removed and made again: deletes, then creates; again and again, for two subscribers", () =>
  withBus(async (fixture) => {
    const directory = `${fixture.root}/run/meter/Reading`;
    const [one, two] = [follow(fixture), follow(fixture)];
    one.subscription.activate();
    two.subscription.activate();
    for (let round = 1; round <= 3; round++) {
      Deno.mkdirSync(directory, { recursive: true });
      for (const key of ["a", "b"]) {
        replaceFile(`${directory}/${key}.json`, readingCodec.encode(reading(round)));
      }
      for (const { subscription } of [one, two]) {
        await until("both entries", () => subscription.getAll().size === 2);
      }
      replaceFile(`${directory}/a.json`, readingCodec.encode(reading(round + 10)));
      for (const { subscription } of [one, two]) {
        await until("events of the new directory", () => subscription.get("a")?.N === round + 10);
      }
      Deno.removeSync(`${fixture.root}/run/meter`, { recursive: true });
      for (const { subscription } of [one, two]) await until("none", () => subscription.getAll().size === 0);
    }
    for (const { calls } of [one, two]) {
      assertEquals(calls.filter((call) => call.startsWith("create")).length, 6);
      assertEquals(calls.filter((call) => call.startsWith("delete")).length, 6);
      assertEquals(calls.filter((call) => call === "sync").length, 1);
    }
  }));

Deno.test("a directory moved away is gone, and what happens in it no longer matters", () =>
  withBus(async (fixture) => {
    const directory = `${fixture.root}/run/meter/Reading`;
    fixture.bus.publication(topic).publish("a", reading(1));
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    Deno.renameSync(directory, `${fixture.root}/away`);
    await until("delete", () => calls.includes("delete a 1"));
    Deno.writeTextFileSync(`${fixture.root}/away/b.json`, '{"N":1}');
    await pause(30);
    assertEquals(subscription.getAll().size, 0);
  }));

Deno.test("a burst of 1000 files arrives whole, each once", () =>
  withBus(async (fixture) => {
    const { calls, subscription } = follow(fixture);
    subscription.activate();
    const publication = fixture.bus.publication(topic);
    await until("sync", () => calls.includes("sync"));
    for (let n = 0; n < 1000; n++) publication.publish(`k${n}`, reading(n));
    await until("all", () => subscription.getAll().size === 1000);
    await pause(50);
    assertEquals(calls.length, 1001);
  }));

Deno.test("a handler that throws is reported and the next change goes on; one may rescan or close", () =>
  withBus(async (fixture) => {
    const seen: string[] = [];
    const publication = fixture.bus.publication(topic);
    for (const key of ["a", "b", "c"]) publication.publish(key, reading(1));
    const subscription = fixture.bus.subscription(topic, {
      create(key) {
        seen.push(key);
        subscription.rescan();
        throw new Error(`no ${key}`);
      },
      sync: () => subscription.close(),
      restart: () => void seen.push("restart"),
    });
    subscription.activate();
    publication.signalRestarted();
    await until("three reports", () => fixture.reports.length === 3);
    assertEquals(fixture.reports.map((error) => error.kind), ["handler", "handler", "handler"]);
    assertEquals(seen.sort(), ["a", "b", "c"]);
    publication.publish("d", reading(1));
    await pause(30);
    assertEquals([subscription.getAll().size, seen.length], [0, 3]);
  }));

Deno.test("close calls delete for every entry and restart with 0; the end of the bus calls nobody", () =>
  withBus(async (fixture) => {
    const publication = fixture.bus.publication(topic);
    for (const n of [1, 2]) publication.publish(`k${n}`, reading(n));
    publication.signalRestarted();
    const [closed, ended] = [follow(fixture), follow(fixture)];
    for (const { subscription } of [closed, ended]) subscription.activate();
    await until("both", () => [closed, ended].every(({ calls }) => calls.includes("restart 1")));
    closed.calls.length = ended.calls.length = 0;
    closed.subscription.close();
    closed.subscription.close();
    assertEquals(closed.calls.slice(0, 2).sort(), ["delete k1 1", "delete k2 2"]);
    assertEquals(closed.calls.slice(2), ["restart 0"]);
    assertEquals([closed.subscription.synchronized, closed.subscription.restarted], [false, 0]);
    fixture.stop();
    assertEquals(ended.calls, []);
    assertEquals(ended.subscription.getAll().size, 2);
  }));

Deno.test("a handler that holds the event loop for long is reported, with what waited and how long", () =>
  withBus(async ({ root, reports }) => {
    const end = new AbortController();
    const report = (error: PubsubError) => void reports.push(error);
    const slow = openBus({ root, signal: end.signal, report, slowHandlerMs: 20 });
    slow.publication(topic).publish("global", reading(1));
    slow.subscription(topic, { create: () => blockFor(30) }).activate();
    await until("a report", () => reports.length > 0);
    end.abort();
    assertEquals(reports.map(({ kind }) => kind), ["slow-handler"]);
    assertMatch(
      reports[0]?.message ?? "",
      /^meter\/Reading: the handler for create of "global" took 0\.\d s, expected at most 0\.02 s;/,
    );
  }));

Deno.test("a directory that can't be read is reported once, and what is known stays", () =>
  withBus(async (fixture) => {
    const publication = fixture.bus.publication(topic);
    publication.publish("global", reading(1));
    const { subscription } = follow(fixture);
    subscription.activate();
    await until("the value", () => subscription.get("global") !== undefined);
    const path = `${fixture.root}/run/meter/Reading`;
    Deno.renameSync(path, `${path}.away`);
    Deno.symlinkSync("Reading", path);
    for (let n = 0; n < 3; n++) subscription.rescan();
    assertEquals(fixture.reports.filter(({ message }) => message.includes("cannot read")).length, 1);
    assertEquals(subscription.get("global"), reading(1));
    Deno.removeSync(path);
    Deno.renameSync(`${path}.away`, path);
    publication.publish("global", reading(2));
    await until("the next value", () => subscription.get("global")?.N === 2);
  }));

Deno.test("watchers end with close and with the bus, before and after activation", () =>
  withBus(async (fixture) => {
    const each = [0, 1, 2, 3].map(() => follow(fixture).subscription);
    each[0]?.close();
    each[0]?.activate();
    each[1]?.activate();
    each[1]?.close();
    each[2]?.activate();
    fixture.stop();
    each[3]?.activate();
    fixture.stop();
    await pause(5);
    assertEquals(namesIn(fixture.root), []);
  }));
