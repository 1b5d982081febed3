/** Two contents of one name with the same inode, time and size: what no stamp can tell apart is read again. */
import { assertEquals } from "@std/assert";
import { openBus } from "./open_bus.ts";
import { withBus } from "./testdata/fixture.ts";
import { reading, readingCodec, readingTopic } from "./testdata/reading.ts";

const topic = readingTopic("meter", { persistent: true });
const MTIME_MS = 1_000_000_000;

Deno.test("a file read in the very tick of its time is read again until it is older, and then no more", () =>
  withBus(({ root }) => {
    const path = `${root}/persist/status/meter/Reading/a.json`;
    Deno.mkdirSync(`${root}/persist/status/meter/Reading`, { recursive: true });
    Deno.writeTextFileSync(path, readingCodec.encode(reading(1)));
    // Written through a link elsewhere, the folder gets no event: as if all of it had happened between two looks.
    Deno.linkSync(path, `${root}/elsewhere`);
    const put = (n: number) => {
      Deno.writeTextFileSync(`${root}/elsewhere`, readingCodec.encode(reading(n)));
      Deno.utimeSync(path, MTIME_MS / 1000, MTIME_MS / 1000);
    };
    const end = new AbortController();
    let now = MTIME_MS + 3;
    const bus = openBus({
      root,
      signal: end.signal,
      report: (error) => assertEquals(error, undefined),
      now: () => now,
    });
    const subscription = bus.subscription(topic);
    const seen = (n: number) => {
      put(n);
      subscription.rescan();
      return subscription.get("a")?.N;
    };
    put(1);
    subscription.activate();
    assertEquals([seen(2), seen(3)], [2, 3]);
    now = MTIME_MS + 500;
    assertEquals([seen(4), seen(5)], [4, 4], "a time that has passed tells contents apart");
    Deno.utimeSync(path, MTIME_MS / 1000 + 1, MTIME_MS / 1000 + 1);
    subscription.rescan();
    assertEquals(subscription.get("a")?.N, 5);
    end.abort();
  }));
