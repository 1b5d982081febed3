/** What strangers and full disks do to the files of a publication: memory and disk agree again as soon as they can. */
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { PubsubError } from "./error.ts";
import { readOwner } from "./owner_lock.ts";
import { makeFifo } from "./testdata/fifo.ts";
import { namesIn, withBus } from "./testdata/fixture.ts";
import { reading, readingTopic } from "./testdata/reading.ts";
import { withSmallDisk } from "./testdata/small_disk.ts";

const topic = readingTopic();
const persistent = readingTopic("meter", { persistent: true });
const led = readingTopic("", { name: "LedBlinkCounter", manyWriters: true });

for (const subject of [topic, persistent]) {
  const kind = subject.persistent ? "persistent" : "plain";

  Deno.test(`${kind}: a FIFO for an entry and for the counter is never opened, and the next value replaces it`, () =>
    withBus(async ({ root, bus, reports }) => {
      const directory = `${root}${subject.persistent ? "/persist/status" : "/run"}/meter/Reading`;
      Deno.mkdirSync(directory, { recursive: true });
      await using entry = await makeFifo(`${directory}/a.json`);
      await using counter = await makeFifo(`${directory}/restarted`);
      const publication = bus.publication(subject);
      assertEquals([publication.getAll().size, publication.restarted], [0, 1]);
      assert(publication.publish("a", reading(1)));
      publication.signalRestarted();
      entry.assertUnread();
      counter.assertUnread();
      assertEquals(namesIn(directory), ["a.json", "restarted"]);
      assertEquals(Deno.readTextFileSync(`${directory}/restarted`), "2");
      assertEquals(reports.map(({ kind }) => kind), ["bad-file"]);
    }));
}

Deno.test("a topic of many writers: a FIFO for its entry is never opened, and the next value replaces it", () =>
  withBus(async ({ root, bus }) => {
    const publication = bus.publication(led);
    const path = `${root}/run/global/LedBlinkCounter/ledconfig.json`;
    await using fifo = await makeFifo(path);
    assertEquals(publication.get("ledconfig"), undefined);
    assert(publication.publish("ledconfig", reading(1)));
    fifo.assertUnread();
    assertEquals(JSON.parse(Deno.readTextFileSync(path)), reading(1));
  }));

Deno.test("a topic of many writers whose folder was removed is empty, and there again with the next value", () =>
  withBus(({ root, bus, reports }) => {
    const publication = bus.publication(led);
    publication.publish("ledconfig", reading(1));
    Deno.removeSync(`${root}/run/global`, { recursive: true });
    assertEquals([publication.getAll().size, publication.restarted], [0, 0]);
    assert(publication.publish("ledconfig", reading(1)));
    assertEquals(publication.get("ledconfig"), reading(1));
    assertEquals(reports, []);
  }));

Deno.test("a backup that can't be kept is reported once and holds up no value (spec/pubsub.md §7)", () =>
  withBus(({ root, bus, reports }) => {
    const directory = `${root}/persist/status/meter/Reading`;
    const publication = bus.publication(persistent);
    publication.publish("a", reading(1));
    Deno.mkdirSync(`${directory}/a.json.bak`);
    for (const n of [2, 3]) assert(publication.publish("a", reading(n)));
    assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/a.json`)), reading(3));
    assertEquals(reports.map(({ kind, message }) => [kind, message.includes("a.json.bak")]), [["io", true]]);
    assertEquals(namesIn(directory), ["a.json", "a.json.bak"]);
    Deno.removeSync(`${directory}/a.json.bak`);
    publication.publish("a", reading(4));
    assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/a.json.bak`)), reading(3));
  }));

Deno.test("removed with the folder above it, a topic has its entries and its owner again with the next value", () =>
  withBus(({ root, bus, another, reports }) => {
    const publication = bus.publication(topic);
    publication.publish("a", reading(1));
    Deno.removeSync(`${root}/run/meter`, { recursive: true });
    assertEquals(readOwner(root, topic), undefined);
    publication.publish("b", reading(1));
    assertEquals(readOwner(root, topic), { pid: Deno.pid, loaded: true });
    assertEquals(assertThrows(() => another().publication(topic), PubsubError).kind, "owned");
    assertEquals(namesIn(`${root}/run/meter/Reading`), ["a.json", "b.json"]);
    publication.close();
    assertEquals(readOwner(root, topic), undefined);
    assertEquals(reports.map(({ kind }) => kind), ["io"]);
  }));

Deno.test("a removed directory that could be written again only in part is completed by the next value", () =>
  withSmallDisk((disk) =>
    withBus(({ root, bus }) => {
      const directory = `${root}/run/meter/Reading`;
      const long = "x".repeat(9000);
      const publication = bus.publication(topic);
      for (const key of ["a", "b", "c"]) publication.publish(key, reading(1, long));
      publication.signalRestarted();
      Deno.removeSync(directory, { recursive: true });
      Deno.writeFileSync(`${root}/filler`, new Uint8Array(30_000));
      assertEquals(assertThrows(() => publication.publish("d", reading(1)), PubsubError).kind, "io");
      const part = namesIn(directory).length;
      assert(part > 0 && part < 4, `${part} files`);
      Deno.removeSync(`${root}/filler`);
      assert(publication.publish("a", reading(2)));
      assertEquals(namesIn(directory), ["a.json", "b.json", "c.json", "restarted"]);
      for (const [key, value] of publication.getAll()) {
        assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/${key}.json`)), value);
      }
      assertFalse(publication.publish("b", reading(1, long)));
    }, { within: disk })
  ));
