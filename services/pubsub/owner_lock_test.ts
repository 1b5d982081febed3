import { assertEquals } from "@std/assert";
import { parseOwner, readOwner } from "./owner_lock.ts";
import { withBus } from "./testdata/fixture.ts";
import { readingTopic } from "./testdata/reading.ts";

const topic = readingTopic();

Deno.test("the text of a lock file", () => {
  assertEquals(parseOwner("123\n"), { pid: 123, loaded: false });
  assertEquals(parseOwner("123\nloaded\n"), { pid: 123, loaded: true });
  assertEquals(parseOwner(""), { pid: undefined, loaded: false });
  assertEquals(parseOwner("x\nloaded\n"), { pid: undefined, loaded: false });
});

Deno.test("no lock file and a free one are no owner; the text of a dead owner never counts as loaded", () =>
  withBus(({ root, bus }) => {
    const path = `${root}/run/meter/Reading.lock`;
    assertEquals(readOwner(root, topic), undefined);
    bus.publication(topic).close();
    Deno.writeTextFileSync(path, "99999999\nloaded\n");
    assertEquals(readOwner(root, topic), undefined);
    using next = Deno.openSync(path, { write: true, read: true });
    next.lockSync(true);
    assertEquals(readOwner(root, topic), { pid: 99999999, loaded: false });
  }));
