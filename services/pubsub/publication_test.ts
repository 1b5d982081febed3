import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { PubsubError } from "./error.ts";
import type { PubsubErrorKind } from "./error.ts";
import { readOwner } from "./owner_lock.ts";
import { namesIn, pause, recorder, until, withBus } from "./testdata/fixture.ts";
import { reading, readingTopic } from "./testdata/reading.ts";
import type { Reading } from "./testdata/reading.ts";
import { withSmallDisk } from "./testdata/small_disk.ts";

const topic = readingTopic();
const persistent = readingTopic("meter", { persistent: true });

function kindOf(call: () => unknown): PubsubErrorKind {
  return assertThrows(call, PubsubError).kind;
}

Deno.test("an entry is a file of compact JSON without a newline", () =>
  withBus(({ root, bus }) => {
    const publication = bus.publication(topic);
    assert(publication.publish("global", reading(1)));
    const text = Deno.readTextFileSync(`${root}/run/meter/Reading/global.json`);
    assertEquals(text, '{"N":1,"Text":"","At":"2025-01-01T00:00:00Z"}');
    assertEquals(publication.get("global"), reading(1));
    publication.unpublish("global");
    assertEquals(namesIn(`${root}/run/meter/Reading`), []);
    assertEquals(kindOf(() => publication.unpublish("global")), "unknown-key");
  }));

Deno.test("[pubsub#17] files 0600, directories 0700, replaced by rename", () =>
  withBus(({ root, bus }) => {
    const publication = bus.publication(persistent);
    const directory = `${root}/persist/status/meter/Reading`;
    const path = `${directory}/global.json`;
    const mode = (name: string) => (Deno.statSync(name).mode ?? 0) & 0o777;
    publication.publish("global", reading(1));
    const before = Deno.openSync(path);
    const inode = Deno.statSync(path).ino;
    publication.publish("global", reading(2));
    publication.signalRestarted();
    // A reader that has the old file open still reads it whole: it was not written in place.
    const buffer = new Uint8Array(200);
    const text = new TextDecoder().decode(buffer.subarray(0, before.readSync(buffer) ?? 0));
    before.close();
    assertEquals(JSON.parse(text), reading(1));
    assert(inode !== Deno.statSync(path).ino);
    for (const name of ["global.json", "global.json.bak", "restarted"]) {
      assertEquals(mode(`${directory}/${name}`), 0o600);
    }
    for (const name of ["", "/persist", "/persist/status", "/persist/status/meter", "/run/meter"]) {
      assertEquals(mode(root + name), 0o700, name);
    }
    assertEquals(mode(directory), 0o700);
  }));

Deno.test("[pubsub#7] keys with / or over 250 bytes are refused before anything is written", () =>
  withBus(async ({ root, bus }) => {
    const { calls, handlers } = recorder<Reading>((value) => value.N);
    bus.subscription(topic, handlers).activate();
    const publication = bus.publication(topic);
    await until("sync", () => calls.includes("sync"));
    for (const key of ["a/b", "../x", "k".repeat(251), "a.json"]) {
      assertEquals(kindOf(() => publication.publish(key, reading(1))), "bad-key");
      assertEquals(publication.get(key), undefined);
    }
    assert(publication.publish("k".repeat(250), reading(1)));
    await until("the good key", () => calls.length > 1);
    assertEquals(calls, ["sync", `create ${"k".repeat(250)} 1`]);
    assertEquals(namesIn(`${root}/run/meter/Reading`), [`${"k".repeat(250)}.json`]);
  }));

Deno.test("[pubsub#8] an equal value writes no file and sends nothing", () =>
  withBus(async ({ root, bus }) => {
    const { calls, handlers } = recorder<Reading>((value) => value.N);
    bus.subscription(topic, handlers).activate();
    const publication = bus.publication(topic);
    assert(publication.publish("global", reading(1)));
    await until("create", () => calls.length >= 2);
    const path = `${root}/run/meter/Reading/global.json`;
    const before = Deno.statSync(path);
    await pause(20);
    assertFalse(publication.publish("global", reading(1)));
    const after = Deno.statSync(path);
    assertEquals([after.mtime, after.ino], [before.mtime, before.ino]);
    publication.publish("other", reading(2));
    await until("the other key", () => calls.includes("create other 2"));
    assertEquals(calls.filter((call) => call.includes("global")), ["create global 1"]);
  }));

Deno.test("a value that JSON can't hold is refused and named; what was published stays", () =>
  withBus(({ bus }) => {
    const publication = bus.publication(topic);
    publication.publish("global", reading(1));
    assertEquals(kindOf(() => publication.publish("global", { ...reading(2), N: NaN })), "bad-value");
    assertEquals(publication.get("global"), reading(1));
  }));

Deno.test("a text in another form than ours, of the same value, is not written again", () =>
  withBus(({ root, bus, another }) => {
    for (const canonical of [true, false]) {
      const codec = canonical ? { ...topic.codec, isCanonical: () => true } : topic.codec;
      const subject = { ...topic, name: `Reading${canonical}`, codec };
      const directory = `${root}/run/meter/${subject.name}`;
      Deno.mkdirSync(directory, { recursive: true });
      Deno.writeTextFileSync(
        `${directory}/global.json`,
        '{ "At": "2025-01-01T00:00:00Z", "Text": "", "N": 1 }\n',
      );
      const publication = (canonical ? bus : another()).publication(subject);
      assertFalse(publication.publish("global", reading(1)));
      assert(publication.publish("global", reading(2)));
      assertFalse(publication.publish("global", reading(2)));
    }
  }));

Deno.test("[pubsub#9] the same instant in another zone counts as equal", () =>
  withBus(({ root, bus }) => {
    const publication = bus.publication(topic);
    publication.publish("global", reading(1, "", "2025-01-01T00:00:00Z"));
    const before = Deno.statSync(`${root}/run/meter/Reading/global.json`).ino;
    assertFalse(publication.publish("global", reading(1, "", "2025-01-01T01:00:00+01:00")));
    assertEquals(Deno.statSync(`${root}/run/meter/Reading/global.json`).ino, before);
    assert(publication.publish("global", reading(1, "", "2025-01-01T01:00:00Z")));
  }));

Deno.test("a value changed by its owner after publishing is seen as changed, and what get gives is a copy", () =>
  withBus(({ bus }) => {
    const publication = bus.publication(topic);
    const value = { N: 1, Text: "", At: "2025-01-01T00:00:00Z" };
    publication.publish("global", value);
    value.N = 2;
    assertEquals(publication.get("global")?.N, 1);
    assert(publication.publish("global", value));
    assert(publication.get("global") !== publication.get("global"));
    assertEquals(publication.getAll(), new Map([["global", value]]));
  }));

Deno.test("[pubsub#18] restarted holds digits only, is removed by clearRestarted and announced as 0", () =>
  withBus(async ({ root, bus }) => {
    const { calls, handlers } = recorder<Reading>((value) => value.N);
    const subscription = bus.subscription(topic, handlers);
    const publication = bus.publication(topic);
    const path = `${root}/run/meter/Reading/restarted`;
    publication.clearRestarted();
    publication.signalRestarted();
    publication.signalRestarted();
    assertEquals(Deno.readTextFileSync(path), "2");
    subscription.activate();
    await until("restart 2", () => calls.includes("restart 2"));
    publication.clearRestarted();
    assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
    await until("restart 0", () => calls.includes("restart 0"));
    assertEquals(calls, ["sync", "restart 2", "restart 0"]);
    assertEquals([publication.restarted, subscription.restarted], [0, 0]);
  }));

Deno.test("[pubsub#16] persistent: place, .bak after the second write, recovery, .bak gone after unpublish", () =>
  withBus(({ root, another, reports }) => {
    const directory = `${root}/persist/status/meter/Reading`;
    const first = another().publication(persistent);
    for (const key of ["empty", "missing", "corrupt", "good"]) first.publish(key, reading(1));
    assertEquals(namesIn(directory).filter((name) => name.endsWith(".bak")), []);
    for (const key of ["empty", "missing", "corrupt", "good"]) first.publish(key, reading(2));
    assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/good.json.bak`)), reading(1));
    first.close();
    Deno.truncateSync(`${directory}/empty.json`);
    Deno.removeSync(`${directory}/missing.json`);
    Deno.writeTextFileSync(`${directory}/corrupt.json`, '{"N":2,"Te');
    const second = another().publication(persistent);
    const numbers = Array.from(second.getAll(), ([key, value]) => `${key} ${value.N}`).sort();
    assertEquals(numbers, ["corrupt 1", "empty 1", "good 2", "missing 1"]);
    for (const key of ["empty", "missing", "corrupt"]) {
      assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/${key}.json`)), reading(1));
    }
    assertEquals(reports.map((error) => error.kind), ["bad-file", "bad-file", "bad-file"]);
    for (const key of ["empty", "missing", "corrupt", "good"]) second.unpublish(key);
    assertEquals(namesIn(directory), []);
  }));

Deno.test("a file beyond repair is left out, stays and is reported; the next publish replaces it", () =>
  withBus(({ root, bus, reports }) => {
    const directory = `${root}/run/meter/Reading`;
    Deno.mkdirSync(directory, { recursive: true });
    Deno.writeTextFileSync(`${directory}/a.json`, "[1]");
    Deno.writeTextFileSync(`${directory}/b.json`, '{"N":5}\n');
    Deno.mkdirSync(`${directory}/c.json`);
    Deno.writeTextFileSync(`${directory}/restarted`, "many");
    const publication = bus.publication(topic);
    assertEquals(Array.from(publication.getAll().keys()), ["b"]);
    assertEquals(publication.restarted, 1);
    assertEquals(reports.map((error) => error.kind), ["bad-file", "bad-file"]);
    assert(publication.publish("a", reading(1)));
    assertEquals(kindOf(() => publication.publish("c", reading(1))), "io");
    assertEquals(namesIn(directory), ["a.json", "b.json", "c.json", "restarted"]);
  }));

Deno.test("[pubsub#21] a message of 65534 bytes is delivered, a larger one is an error from publish", () =>
  withBus(async ({ root, bus }) => {
    const small = readingTopic("meter", { name: "Small" });
    const { calls, handlers } = recorder<Reading>((value) => value.Text.length);
    bus.subscription(small, handlers).activate();
    const publication = bus.publication(small);
    const longest = ((65534 - 14) / 4) * 3 - '{"N":1,"Text":"","At":""}'.length;
    publication.publish("", { N: 1, Text: "x".repeat(longest), At: "" });
    await until("create", () => calls.includes(`create  ${longest}`));
    const inode = Deno.statSync(`${root}/run/meter/Small/.json`).ino;
    assertEquals(
      kindOf(() => publication.publish("", { N: 1, Text: "x".repeat(longest + 1), At: "" })),
      "too-large",
    );
    assertEquals(publication.get("")?.Text.length, longest);
    assertEquals(Deno.statSync(`${root}/run/meter/Small/.json`).ino, inode);
  }));

Deno.test("[pubsub#28] no tmp files remain after normal operation, nor from a writer that died before", () =>
  withBus(({ root, bus }) => {
    const directory = `${root}/persist/status/meter/Reading`;
    Deno.mkdirSync(directory, { recursive: true });
    Deno.writeTextFileSync(`${directory}/tmp123456`, "{");
    const publication = bus.publication(persistent);
    for (let n = 0; n < 50; n++) publication.publish(`k${n % 5}`, reading(n));
    publication.signalRestarted();
    publication.unpublish("k0");
    assertEquals(namesIn(directory).filter((name) => name.startsWith("tmp")), []);
  }));

Deno.test("a full disk: publish throws, value and file stay, no tmp file is left, and it goes on later", () =>
  withSmallDisk((disk) =>
    withBus(({ root, bus }) => {
      const publication = bus.publication(topic);
      const directory = `${root}/run/meter/Reading`;
      publication.publish("a", reading(1));
      Deno.writeFileSync(`${root}/filler`, new Uint8Array(40_000));
      assertEquals(kindOf(() => publication.publish("a", reading(2, "x".repeat(30_000)))), "io");
      assertEquals(kindOf(() => publication.publish("b", reading(2, "x".repeat(30_000)))), "io");
      assertEquals(publication.getAll(), new Map([["a", reading(1)]]));
      assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/a.json`)), reading(1));
      assertEquals(namesIn(directory), ["a.json"]);
      Deno.removeSync(`${root}/filler`);
      assert(publication.publish("a", reading(2, "x".repeat(30_000))));
    }, { within: disk })
  ));

Deno.test("a second publisher gets an error that names the first; the lock ends with close and with the bus", () =>
  withBus(({ root, bus, another }) => {
    const first = bus.publication(topic);
    const error = assertThrows(() => another().publication(topic), PubsubError, `process ${Deno.pid}`);
    assertEquals(error.kind, "owned");
    assertEquals(readOwner(root, topic), { pid: Deno.pid, loaded: true });
    first.close();
    assertEquals(readOwner(root, topic), undefined);
    another().publication(topic).close();
  }));

Deno.test("close removes the files of a plain topic and keeps those of a persistent one", () =>
  withBus(({ root, bus }) => {
    for (const each of [topic, persistent]) {
      const publication = bus.publication(each);
      publication.publish("a", reading(1));
      publication.signalRestarted();
      publication.close();
      publication.close();
      assertEquals(kindOf(() => publication.publish("a", reading(2))), "io");
    }
    assertEquals(namesIn(`${root}/run/meter/Reading`), []);
    assertEquals(namesIn(`${root}/persist/status/meter/Reading`), ["a.json"]);
  }));

Deno.test("the end of the bus keeps all files for the next process", () =>
  withBus(({ root, bus, stop }) => {
    const publication = bus.publication(topic);
    publication.publish("a", reading(1));
    publication.signalRestarted();
    stop();
    assertEquals(namesIn(`${root}/run/meter/Reading`), ["a.json", "restarted"]);
    assertEquals(readOwner(root, topic), undefined);
    assertEquals(kindOf(() => publication.publish("a", reading(2))), "io");
    assertEquals(kindOf(() => bus.publication(topic)), "io");
  }));

Deno.test("entries and counter come back as they were, with every digit, and are not written again", () =>
  withBus(({ root, another }) => {
    const directory = `${root}/run/meter/Reading`;
    Deno.mkdirSync(directory, { recursive: true });
    const text = '{"N": 18446744073709551615, "At":"2025-01-01T00:00:00Z", "Other": null}\n';
    Deno.writeTextFileSync(`${directory}/a b#c@d:e.json`, text);
    Deno.writeTextFileSync(`${directory}/.json`, '{"N":1}');
    Deno.writeTextFileSync(`${directory}/restarted`, "7");
    const publication = another().publication(topic);
    assertEquals(Array.from(publication.getAll().keys()).sort(), ["", "a b#c@d:e"]);
    assertEquals(publication.restarted, 7);
    const value = publication.get("a b#c@d:e");
    assert(value !== undefined && !publication.publish("a b#c@d:e", value));
    assertEquals(Deno.readTextFileSync(`${directory}/a b#c@d:e.json`), text);
  }));

Deno.test("a directory removed behind the publisher comes back whole with the next publish", () =>
  withBus(({ root, bus, reports }) => {
    const publication = bus.publication(topic);
    publication.publish("a", reading(1));
    publication.publish("b", reading(1));
    publication.signalRestarted();
    Deno.removeSync(`${root}/run/meter/Reading`, { recursive: true });
    publication.publish("b", reading(2));
    assertEquals(namesIn(`${root}/run/meter/Reading`), ["a.json", "b.json", "restarted"]);
    assertEquals(JSON.parse(Deno.readTextFileSync(`${root}/run/meter/Reading/b.json`)), reading(2));
    assertEquals(reports.map((error) => error.kind), ["io"]);
  }));
