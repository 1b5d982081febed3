/** The bus between real processes: killed publishers, readers at the same time, latency. */
import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { PubsubError } from "./error.ts";
import { readOwner } from "./owner_lock.ts";
import { childOf } from "./testdata/child.ts";
import { namesIn, recorder, until, withBus } from "./testdata/fixture.ts";
import { reading, readingCodec, readingTopic } from "./testdata/reading.ts";
import type { Reading } from "./testdata/reading.ts";

for (const kind of ["plain", "persistent"]) {
  const topic = readingTopic("meter", { persistent: kind === "persistent" });

  Deno.test(`[pubsub#14][pubsub#17] ${kind}: a publisher killed while publishing leaves whole files and comes back with them`, () =>
    withBus(async ({ root, bus, reports }) => {
      const directory = `${root}${topic.persistent ? "/persist/status" : "/run"}/meter/Reading`;
      const { calls, handlers } = recorder<Reading>((value) => value.N);
      const subscription = bus.subscription(topic, handlers);
      subscription.activate();
      let polled = 0;
      for (let round = 0; round < 4; round++) {
        await using child = childOf("publish_loop.ts", root, kind, String(round * 1_000_000));
        await child.line((line) => line.startsWith("ready"));
        const error = assertThrows(() => bus.publication(topic), PubsubError);
        assertEquals([error.kind, error.message.includes(String(child.pid))], ["owned", true]);
        const from = subscription.get("k0")?.N ?? -1;
        await until("values of this round", () => {
          for (const name of ["k0.json", "k1.json"]) polled += pollWhole(`${directory}/${name}`);
          return (subscription.get("k0")?.N ?? -1) > Math.max(from, round * 1_000_000 + 100);
        });
        await child.kill();
      }
      assert(polled > 100);
      assertEquals(reports, []);
      await until("the last values", () =>
        ["k0", "k1", "k2"].every((key) => {
          const file = readingCodec.decode(Deno.readTextFileSync(`${directory}/${key}.json`));
          const got = subscription.get(key);
          return got !== undefined && readingCodec.equal(file, got);
        }));
      const counter = Number(Deno.readTextFileSync(`${directory}/restarted`));
      await until("the last counter", () => subscription.restarted === counter);
      assert(counter > 0);
      const before = calls.length;
      await using next = childOf("publish_loop.ts", root, kind, "-1");
      assertEquals(await next.line((line) => line.startsWith("ready")), `ready 3 ${counter}`);
      await next.line((line) => line === "done");
      await until("the restart", () => subscription.restarted === counter + 1);
      assertEquals(calls.slice(before).map((call) => call.split(" ").slice(0, 2).join(" ")), [
        "delete k0",
        "restart 0",
        `restart ${counter + 1}`,
      ]);
      assertEquals(readOwner(root, topic), { pid: next.pid, loaded: true });
      await next.kill();
      assertEquals(readOwner(root, topic), undefined);
      bus.publication(topic);
      assertEquals(namesIn(directory).filter((name) => name.startsWith("tmp")), []);
    }));
}

/** 1 if the file is there; fails if it is torn. */
function pollWhole(path: string): number {
  try {
    readingCodec.decode(Deno.readTextFileSync(path));
    return 1;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

Deno.test("a value reaches a handler in another process within milliseconds", () =>
  withBus(async ({ root, bus }) => {
    const publication = bus.publication(readingTopic());
    await using child = childOf("echo_latency.ts", root);
    await child.line((line) => line === "sync");
    const took: number[] = [];
    for (let n = 0; n < 50; n++) {
      publication.publish("ping", reading(n, "", String(performance.timeOrigin + performance.now())));
      took.push(Number(await child.line()));
    }
    const median = took.sort((a, b) => a - b)[25] ?? Infinity;
    assertLess(median, 50, `median ${median.toFixed(2)} ms`);
  }));
