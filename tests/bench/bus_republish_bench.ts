/** `bus_republish`: what one changed key among 1000 costs when all are published again. Bare: that key alone; Go sends all. */
import type { Bench, Row } from "./bench.ts";
import { small, withRoot } from "./bus_value.ts";
import { startScript } from "../site/child.ts";
import { costOf } from "./process_cost.ts";

const KEYS = 1000;

/** See the file's head. */
export const busRepublishBench: Bench = {
  name: "bus_republish",
  async run({ memoryFolder }) {
    return [...await measure(memoryFolder, false), ...await measure(memoryFolder, true)];
  },
};

function measure(parent: string, persistent: boolean): Promise<Row[]> {
  return withRoot(parent, async (root, bus) => {
    const publication = bus.publication(small.topic(persistent));
    const publishAll = (changed: number, version: number) => {
      for (let n = 0; n < KEYS; n++) {
        publication.publish(`key-${n}`, small.value(n === changed ? version : n));
      }
    };
    publishAll(-1, 0);
    const kind = persistent ? "persistent" : "plain";
    await using subscriber = startScript("tests/bench/children/bus_subscriber.ts", root, small.name, kind);
    while (await subscriber.line() !== "sync");
    const before = costOf(Deno.pid).bytesWritten;
    publishAll(500, 123_456);
    const written = costOf(Deno.pid).bytesWritten - before;
    // A value on another key, later: when it is there, what came before has been delivered.
    await new Promise((resolve) => setTimeout(resolve, 500));
    publication.publish("key-999", small.value(654_321));
    let called = 0;
    for (let version = ""; version !== "654321";) {
      const [seen = "", , calls = ""] = (await subscriber.line()).split(" ");
      [version, called] = [seen, Number(calls)];
    }
    const events = called - KEYS - 1;
    const topic = persistent ? "persistent topic" : "normal topic";
    const alone = persistent ? 2 * small.bytes : small.bytes;
    const what = `${KEYS} keys published again, one changed, ${topic}`;
    return [
      { what: `${what}: written`, unit: "bytes", ours: written, bare: alone, budget: { kind: "equal" } },
      { what: `${what}: delivered`, unit: "events", ours: events, bare: 1, budget: { kind: "equal" } },
    ];
  });
}
