/** `bus_publish`: the call until it returns, that is until the file is there for good. */
import { bareReplace, bareReplaceWithBackup } from "./bare_replace.ts";
import type { Bench, BenchOptions, Row } from "./bench.ts";
import { bytesOf, small, withRoot } from "./bus_value.ts";
import { interleave, median } from "./rounds.ts";

const cases = [
  { what: "publish, 200-byte value, tmpfs", on: "memoryFolder", persistent: false, rounds: 4000 },
  { what: "publish, 200-byte value, disk", on: "diskFolder", persistent: false, rounds: 400 },
  { what: "publish, persistent topic, tmpfs", on: "memoryFolder", persistent: true, rounds: 4000 },
  { what: "publish, persistent topic, disk", on: "diskFolder", persistent: true, rounds: 400 },
] as const;

/** See the file's head. */
export const busPublishBench: Bench = {
  name: "bus_publish",
  async run(options) {
    const rows: Row[] = [];
    for (const one of cases) rows.push(await measure(options, one));
    return rows;
  },
};

function measure(options: BenchOptions, one: typeof cases[number]): Promise<Row> {
  return withRoot(options[one.on], async (root, bus) => {
    const { what, persistent, rounds } = one;
    const publication = bus.publication(small.topic(persistent));
    const folder = `${root}/bare`;
    Deno.mkdirSync(folder);
    const warmUp = 50;
    const values = Array.from({ length: rounds + warmUp }, (_, n) => small.value(n));
    const valueOf = (round: number) => values[round + warmUp] ?? small.value(round);
    const replace = persistent ? bareReplaceWithBackup : bareReplace;
    bareReplace(folder, "key.json", bytesOf(small, small.value(0)));
    let bytes = bytesOf(small, small.value(0));
    const times = await interleave(
      [
        { name: "ours", run: (round) => void publication.publish("key", valueOf(round)) },
        {
          name: "bare",
          before: (round) => void (bytes = bytesOf(small, valueOf(round))),
          run: () => replace(folder, "key.json", bytes),
        },
      ],
      rounds,
      warmUp,
    );
    const [ours, bare] = [median(times.get("ours")), median(times.get("bare"))];
    return { what, unit: "ms", ours, bare, budget: { kind: "ratio", most: 1.5 } };
  });
}
