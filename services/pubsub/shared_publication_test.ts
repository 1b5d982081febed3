import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { PubsubError } from "./error.ts";
import { namesIn, withBus } from "./testdata/fixture.ts";
import { reading, readingTopic } from "./testdata/reading.ts";

const led = readingTopic("", { name: "LedBlinkCounter", manyWriters: true });

Deno.test("several programs publish one topic; the last writer wins and equal values are not written", () =>
  withBus(({ root, another }) => {
    const [one, two] = [another().publication(led), another().publication(led)];
    const path = `${root}/run/global/LedBlinkCounter/ledconfig.json`;
    assert(one.publish("ledconfig", reading(1)));
    assertFalse(two.publish("ledconfig", reading(1)));
    assert(two.publish("ledconfig", reading(2)));
    assert(one.publish("ledconfig", reading(1)));
    assertEquals(two.get("ledconfig")?.N, 1);
    assertEquals(JSON.parse(Deno.readTextFileSync(path)), reading(1));
    assertEquals(namesIn(`${root}/run/global`), ["LedBlinkCounter", "LedBlinkCounter.lock"]);
  }));

Deno.test("a shell's value is seen, a torn one is written over, and close leaves the file to the others", () =>
  withBus(({ root, bus }) => {
    const publication = bus.publication(led);
    const path = `${root}/run/global/LedBlinkCounter/ledconfig.json`;
    Deno.writeTextFileSync(path, '{"N": 3, "At":"2025-01-01T00:00:00Z"}\n');
    assertFalse(publication.publish("ledconfig", reading(3)));
    Deno.writeTextFileSync(path, '{"N": ');
    assertEquals(publication.get("ledconfig"), undefined);
    assert(publication.publish("ledconfig", reading(3)));
    publication.close();
    assertEquals(JSON.parse(Deno.readTextFileSync(path)), reading(3));
    assertThrows(() => publication.publish("ledconfig", reading(4)), PubsubError, "has ended");
  }));

Deno.test("a writer stuck with the lock delays the others for half a second and is reported, not obeyed", () =>
  withBus(({ root, bus, reports }) => {
    const publication = bus.publication(led);
    using stuck = Deno.openSync(`${root}/run/global/LedBlinkCounter.lock`, {
      create: true,
      write: true,
      read: true,
    });
    stuck.lockSync(true);
    const begin = performance.now();
    assert(publication.publish("ledconfig", reading(5)));
    assert(performance.now() - begin < 3000);
    assertEquals(reports.map((error) => error.kind), ["io"]);
    assertEquals(publication.get("ledconfig"), reading(5));
  }));

Deno.test("unpublish and the counter work on the files; the temp file of a dead writer goes, a living one's stays", () =>
  withBus(({ root, bus }) => {
    const directory = `${root}/run/global/LedBlinkCounter`;
    Deno.mkdirSync(directory, { recursive: true });
    const mine = `tmp000000001${String(Deno.pid).padStart(8, "0")}`;
    for (const name of [mine, "tmp00000000199999999"]) Deno.writeTextFileSync(`${directory}/${name}`, "");
    const publication = bus.publication(led);
    publication.publish("a", reading(1));
    publication.signalRestarted();
    publication.signalRestarted();
    assertEquals([publication.restarted, publication.getAll().size], [2, 1]);
    publication.unpublish("a");
    publication.clearRestarted();
    assertThrows(() => publication.unpublish("a"), PubsubError, "no key");
    assertEquals(namesIn(directory), [mine]);
  }));
