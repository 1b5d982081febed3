/**
 * `bus_subscribers`: from the call of `publish` to the last handler of 1, 15 and 100 subscriptions, spread over 1, 3 and 4
 * processes. Bare: as many bare `Deno.watchFs`s in as many processes, until the last one has read and parsed the renamed file.
 */
import type { Bench, Row } from "./bench.ts";
import { small, withRoot } from "./bus_value.ts";
import type { Child } from "../site/child.ts";
import { bareWatcher, delivery, folders, subscriber, TURN } from "./deliveries.ts";
import { interleave, percentile } from "./rounds.ts";

const ROUNDS = 300;
const FILE = "key.json";
const crowds = [
  { processes: 1, each: 1 },
  { processes: 3, each: 5 },
  { processes: 4, each: 25 },
] as const;

/** See the file's head. */
export const busSubscribersBench: Bench = {
  name: "bus_subscribers",
  async run({ memoryFolder }) {
    const rows: Row[] = [];
    for (const crowd of crowds) rows.push(...await measure(memoryFolder, crowd));
    return rows;
  },
};

function measure(parent: string, { processes, each }: typeof crowds[number]): Promise<Row[]> {
  return withRoot(parent, async (root, bus) => {
    const publication = bus.publication(small.topic(false));
    const { elsewhere, watched } = folders(root, "elsewhere", "watched");
    await using children = new AsyncDisposableStack();
    const crowd = async (start: () => Promise<Child>) => {
      const started: Child[] = [];
      for (let n = 0; n < processes; n++) started.push(children.use(await start()));
      return started;
    };
    const subscribers = await crowd(() => subscriber(root, small, each));
    const watchers = await crowd(() => bareWatcher(watched, FILE, "parsed", each));
    const times = await interleave(
      [
        delivery("ours", small, elsewhere, subscribers, ({ value }) => publication.publish("key", value)),
        delivery("bare", small, elsewhere, watchers, ({ temporary }) => {
          Deno.renameSync(temporary, `${watched}/${FILE}`);
        }),
      ],
      ROUNDS,
      TURN,
      TURN,
    );
    const where = processes === 1 ? "1 process" : `${processes} processes`;
    const what = `publish to the last of ${processes * each} handlers in ${where}`;
    const row = (name: string, share: number) => ({
      what: `${what}, ${name}`,
      unit: "ms",
      ours: percentile(times.get("ours"), share),
      bare: percentile(times.get("bare"), share),
    });
    return [
      { ...row("p50", 0.5), budget: { kind: "ratio", most: 1.5 } },
      { ...row("p99", 0.99), budget: { kind: "none" } },
    ];
  });
}
