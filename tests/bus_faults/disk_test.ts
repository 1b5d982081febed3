/** A full and a read-only disk: the error is the publisher's, the last good state stays everywhere, and it goes on by itself. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { PubsubError } from "../../services/pubsub/mod.ts";
import { namesIn, recorder, until, withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import type { Reading } from "../../services/pubsub/testdata/reading.ts";
import { mountTmpfs } from "../../services/pubsub/testdata/mounted.ts";

const persistent = readingTopic("meter", { persistent: true });
const long = "x".repeat(30_000);

function assertIo(call: () => unknown, path: string): void {
  const error = assertThrows(call, PubsubError);
  assertEquals(error.kind, "io");
  assert(error.message.includes(path), error.message);
}

for (const topic of [readingTopic(), persistent]) {
  const [base, name] = topic.persistent ? ["/persist", "persistent"] : ["/run", "plain"];

  Deno.test(`[pubsub#28] a full disk, ${name} topic: every call says so, nothing changes, and it goes on when there is room`, () =>
    withBus(async ({ root, bus, reports, another }) => {
      await using disk = await mountTmpfs(`${root}${base}`, "96k");
      const { calls, handlers } = recorder<Reading>((value) => value.N);
      const publication = bus.publication(topic);
      publication.publish("a", reading(1));
      publication.publish("a", reading(2));
      publication.signalRestarted();
      const subscription = another().subscription(topic, handlers);
      subscription.activate();
      await until("the counter", () => subscription.restarted === 1);
      calls.length = 0;
      const folder = `${disk.folder}${topic.persistent ? "/status" : ""}/meter/Reading`;
      const before = namesIn(folder);
      fill(`${disk.folder}/filler`);
      for (let n = 3; n < 6; n++) {
        assertIo(() => publication.publish("a", reading(n, long)), `${folder}/a.json`);
        assertIo(() => publication.publish("b", reading(n, long)), `${folder}/b.json`);
        assertIo(() => publication.signalRestarted(), `${folder}/restarted`);
      }
      assertEquals([publication.get("a"), publication.get("b"), publication.restarted], [
        reading(2),
        undefined,
        1,
      ]);
      assertEquals(namesIn(folder), before, "no temp file, no new file");
      subscription.rescan();
      assertEquals([calls, reports], [[], []]);
      Deno.removeSync(`${disk.folder}/filler`);
      publication.publish("a", reading(6, long));
      publication.signalRestarted();
      await until(
        "what was published then",
        () => subscription.get("a")?.N === 6 && subscription.restarted === 2,
      );
      assertEquals(calls, ["modify a 2→6", "restart 0", "restart 2"]);
      assertEquals(reports, []);
    }));
}

Deno.test("a publisher that starts on a full disk holds what it can read, backups too, and writes them when there is room", () =>
  withBus(async ({ root, another, reports }) => {
    await using disk = await mountTmpfs(`${root}/persist`, "64k");
    const folder = `${disk.folder}/status/meter/Reading`;
    const first = another().publication(persistent);
    for (const key of ["good", "torn"]) {
      first.publish(key, reading(1));
      first.publish(key, reading(2));
    }
    first.close();
    Deno.writeTextFileSync(`${folder}/torn.json`, '{"N":2,');
    fill(`${disk.folder}/filler`);
    const second = another().publication(persistent);
    assertEquals(second.get("good"), reading(2));
    assert(
      reports.some((error) => error.message.includes("torn.json")),
      "the one that could not be restored is named",
    );
    assertEquals(second.get("torn"), reading(1), "its backup is what it holds");
    assertEquals(JSON.parse(Deno.readTextFileSync(`${folder}/torn.json.bak`)), reading(1));
    second.close();
    const third = another().publication(persistent);
    Deno.removeSync(`${disk.folder}/filler`);
    assert(third.publish("torn", reading(1)), "as soon as there is room, an equal value is written");
    assertEquals(JSON.parse(Deno.readTextFileSync(`${folder}/torn.json`)), reading(1));
    third.close();
    assertEquals(another().publication(persistent).get("torn"), reading(1));
  }));

Deno.test("a read-only disk: every call says so, readers keep what they have, and it goes on when it can be written", () =>
  withBus(async ({ root, bus, another, reports }) => {
    await using disk = await mountTmpfs(`${root}/persist`, "1m");
    const { calls, handlers } = recorder<Reading>((value) => value.N);
    const publication = bus.publication(persistent);
    const folder = `${disk.folder}/status/meter/Reading`;
    publication.publish("a", reading(1));
    publication.publish("a", reading(2));
    publication.signalRestarted();
    const subscription = another().subscription(persistent, handlers);
    subscription.activate();
    assertEquals(calls.splice(0), ["create a 2", "sync", "restart 1"]);
    await disk.setReadOnly(true);
    for (let n = 3; n < 6; n++) {
      assertIo(() => publication.publish("a", reading(n)), `${folder}/a.json`);
      assertIo(() => publication.unpublish("a"), `${folder}/a.json`);
      assertIo(() => publication.signalRestarted(), `${folder}/restarted`);
      assertIo(() => publication.clearRestarted(), `${folder}/restarted`);
    }
    assertEquals([publication.get("a"), publication.restarted], [reading(2), 1]);
    const late = recorder<Reading>((value) => value.N);
    another().subscription(persistent, late.handlers).activate();
    assertEquals(late.calls, ["create a 2", "sync", "restart 1"], "reading needs no writing");
    subscription.rescan();
    assertEquals([calls, reports], [[], []]);
    await disk.setReadOnly(false);
    publication.publish("a", reading(6));
    publication.unpublish("a");
    publication.clearRestarted();
    await until("what came then", () => subscription.restarted === 0);
    assertEquals([subscription.getAll().size, calls.at(-1)], [0, "restart 0"]);
    assertEquals(namesIn(folder), []);
  }));

Deno.test("a publisher that starts on a read-only disk holds what is there, whatever a dead one has left", () =>
  withBus(async ({ root, another, reports }) => {
    await using disk = await mountTmpfs(`${root}/persist`, "1m");
    const first = another().publication(persistent);
    first.publish("a", reading(1));
    first.close();
    Deno.writeTextFileSync(`${disk.folder}/status/meter/Reading/tmp00000000199999999`, "{");
    await disk.setReadOnly(true);
    const second = another().publication(persistent);
    assertEquals(second.get("a"), reading(1));
    assertIo(() => second.publish("a", reading(2)), "a.json");
    assert(reports.every((error) => error.kind === "io" && error.message.includes("tmp00000000199999999")));
    assertEquals(reports.length, 1, "the temp file that could not be swept is named once");
    await disk.setReadOnly(false);
    assert(second.publish("a", reading(2)));
  }));

/** Takes all the room that is left. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  const block = new Uint8Array(4096);
  try {
    while (file.writeSync(block) > 0);
  } catch (error) {
    if (!(error instanceof Error && /No space/.test(error.message))) throw error;
  }
}
