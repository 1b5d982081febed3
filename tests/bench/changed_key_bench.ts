/** `changed_key`: what one changed key among 1000 costs. "bare" is that key alone; Go sends all 1000 again. */
import type { Bench, Row } from "./bench.ts";
import { benchTopic, busValue, VALUE_BYTES, withRoot } from "./bus_value.ts";
import { startScript } from "./child_process.ts";

const KEYS = 1000;

/** See the file's head. */
export const changedKeyBench: Bench = {
  name: "changed_key",
  async run({ memoryFolder }) {
    return [...await measure(memoryFolder, false), ...await measure(memoryFolder, true)];
  },
};

function measure(parent: string, persistent: boolean): Promise<Row[]> {
  return withRoot(parent, async (root, bus) => {
    const publication = bus.publication(benchTopic(persistent));
    const publishAll = (changed: number, version: number) => {
      for (let n = 0; n < KEYS; n++) publication.publish(`key-${n}`, busValue(n === changed ? version : n));
    };
    publishAll(-1, 0);
    const kind = persistent ? "persistent" : "plain";
    await using subscriber = startScript("tests/bench/children/bus_subscriber.ts", root, kind);
    while (await subscriber.line() !== "sync");
    const before = bytesWritten();
    publishAll(500, 123_456);
    const written = bytesWritten() - before;
    // A value on another key, later: when it is there, what came before has been delivered.
    await new Promise((resolve) => setTimeout(resolve, 500));
    publication.publish("key-999", busValue(654_321));
    let events = 0;
    while (!(await subscriber.line()).includes("v654321")) events++;
    const topic = persistent ? "persistent topic" : "normal topic";
    const alone = persistent ? 2 * VALUE_BYTES : VALUE_BYTES;
    const what = `one of ${KEYS} keys changed, ${topic}`;
    return [
      { what: `${what}: written`, unit: "bytes", ours: written, bare: alone, budget: { kind: "equal" } },
      { what: `${what}: delivered`, unit: "events", ours: events, bare: 1, budget: { kind: "equal" } },
    ];
  });
}

/** What this process has given to `write` calls so far. */
function bytesWritten(): number {
  const found = /^wchar: (\d+)$/m.exec(Deno.readTextFileSync("/proc/self/io"));
  return Number(found?.[1]);
}
