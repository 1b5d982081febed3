/**
 * `bus_notify`: from the call of `publish` to the handler in another process. Bare: a rename of a file that was made before,
 * seen by a bare `Deno.watchFs` in another process, read and parsed. Two more: the same without reading, and all system calls
 * of a replaced file.
 */
import { bareReplace } from "./bare_replace.ts";
import type { Bench, BenchOptions, Row } from "./bench.ts";
import { large, type Shape, small, withRoot } from "./bus_value.ts";
import { bareWatcher, delivery, folders, subscriber, TURN } from "./deliveries.ts";
import { interleave, percentile } from "./rounds.ts";

const ROUNDS = 1000;
const FILE = "key.json";

/** See the file's head. */
export const busNotifyBench: Bench = {
  name: "bus_notify",
  async run(options) {
    // Of the large value the budget says nothing: most of its time is JSON.
    return [...await measure(options, small, true), ...await measure(options, large, false)];
  },
};

function measure<T>({ memoryFolder }: BenchOptions, shape: Shape<T>, budget: boolean): Promise<Row[]> {
  return withRoot(memoryFolder, async (root, bus) => {
    const publication = bus.publication(shape.topic(false));
    const { elsewhere, parsed, seen, replaced } = folders(root, "elsewhere", "parsed", "seen", "replaced");
    await using subscribes = await subscriber(root, shape);
    await using parses = await bareWatcher(parsed, FILE, "parsed");
    await using sees = await bareWatcher(seen, FILE, "seen");
    await using replaces = await bareWatcher(replaced, FILE, "parsed");
    const times = await interleave(
      [
        delivery("ours", shape, elsewhere, [subscribes], ({ value }) => publication.publish("key", value)),
        delivery("parsed", shape, elsewhere, [parses], ({ temporary }) => {
          Deno.renameSync(temporary, `${parsed}/${FILE}`);
        }),
        delivery("seen", shape, elsewhere, [sees], ({ temporary }) => {
          Deno.renameSync(temporary, `${seen}/${FILE}`);
        }),
        delivery("replaced", shape, elsewhere, [replaces], ({ bytes }) => bareReplace(replaced, FILE, bytes)),
      ],
      ROUNDS,
      TURN,
      TURN,
    );
    const row = (what: string, bare: string, share: number) => ({
      what: `publish to handler in another process, ${shape.what}, ${what}`,
      unit: "ms",
      ours: percentile(times.get("ours"), share),
      bare: percentile(times.get(bare), share),
    });
    return [
      { ...row("p50", "parsed", 0.5), budget: budget ? { kind: "ratio", most: 1.5 } : { kind: "none" } },
      { ...row("p99", "parsed", 0.99), budget: { kind: "none" } },
      { ...row("p50, bare: renamed and seen, not read", "seen", 0.5), budget: { kind: "none" } },
      { ...row("p50, bare: all calls of a replaced file", "replaced", 0.5), budget: { kind: "none" } },
    ];
  });
}
