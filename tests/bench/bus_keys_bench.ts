/**
 * `bus_keys`: tables of 1 to 10 000 keys of which one changes, 5 ms between changes: the time to the handler in another
 * process, and what a change costs both sides. Bare: a rename into a folder of as many files, seen by a bare `Deno.watchFs`,
 * read and parsed. The last rows hold the largest table against the smallest.
 */
import type { Bench, Row } from "./bench.ts";
import { bytesOf, small, strictBus, withRoot } from "./bus_value.ts";
import { type Child, startScript } from "../site/child.ts";
import { bareWatcher, delivery, folders, subscriber, TURN } from "./deliveries.ts";
import { type Cost, costEach, costOf } from "./process_cost.ts";
import { interleave, percentile } from "./rounds.ts";

const SIZES = [1, 100, 1000, 10_000] as const;
const ROUNDS = 300;
/** Changes in a row while the costs are counted. */
const CHANGES = 400;
const KEY = "key-0";

/** What one change costs, and how long it takes. */
interface Figures {
  readonly latencyMs: number;
  readonly writing: Cost;
  readonly reading: Cost;
  /** Handlers called, or events of the watcher, for each change. */
  readonly events: number;
}

/** See the file's head. */
export const busKeysBench: Bench = {
  name: "bus_keys",
  async run({ memoryFolder, tell }) {
    const found: { keys: number; ours: Figures; bare: Figures }[] = [];
    for (const keys of SIZES) {
      tell(`${keys} keys`);
      found.push({ keys, ...await measure(memoryFolder, keys) });
    }
    const rows = found.flatMap(({ keys, ours, bare }) => rowsOf(keys, ours, bare));
    const [first, last] = [found[0], found.at(-1)];
    return first === undefined || last === undefined ? rows : [...rows, ...flatness(first.ours, last.ours)];
  },
};

function measure(parent: string, keys: number): Promise<{ ours: Figures; bare: Figures }> {
  return withRoot(parent, async (root) => {
    const { elsewhere, watched } = folders(root, "elsewhere", "watched");
    const published = new AbortController();
    const publication = strictBus(root, published.signal).publication(small.topic(false));
    for (let n = 0; n < keys; n++) {
      publication.publish(`key-${n}`, small.value(n));
      Deno.writeFileSync(`${watched}/key-${n}.json`, bytesOf(small, small.value(n)));
    }
    await using subscribes = await subscriber(root, small);
    await using watches = await bareWatcher(watched, `${KEY}.json`, "parsed");
    const times = await interleave(
      [
        delivery("ours", small, elsewhere, [subscribes], ({ value }) => publication.publish(KEY, value)),
        delivery("bare", small, elsewhere, [watches], ({ temporary }) => {
          Deno.renameSync(temporary, `${watched}/${KEY}.json`);
        }),
      ],
      ROUNDS,
      TURN,
      TURN,
    );
    // Another process publishes from here on, so that its costs are those of publishing alone.
    published.abort();
    const figures = async (name: string, listener: Child, script: string, ...args: string[]) => {
      await using publisher = startScript(`tests/bench/children/${script}`, ...args);
      return { latencyMs: percentile(times.get(name), 0.5), ...await costs(publisher, listener) };
    };
    return {
      ours: await figures("ours", subscribes, "bus_publisher.ts", root),
      bare: await figures("bare", watches, "bare_publisher.ts", watched, elsewhere),
    };
  });
}

async function costs(publisher: Child, listener: Child): Promise<Omit<Figures, "latencyMs">> {
  await publisher.line();
  const counted = await eventsUntil(listener, await change(publisher, TURN));
  const [writing, reading] = [costOf(publisher.pid), costOf(listener.pid)];
  const events = await eventsUntil(listener, await change(publisher, CHANGES));
  return {
    writing: costEach(writing, costOf(publisher.pid), CHANGES),
    reading: costEach(reading, costOf(listener.pid), CHANGES),
    events: (events - counted) / CHANGES,
  };
}

/** @returns the last version */
async function change(publisher: Child, times: number): Promise<string> {
  await publisher.tell(String(times));
  return await publisher.line();
}

/** @returns the events so far when the listener has had that version */
async function eventsUntil(listener: Child, version: string): Promise<number> {
  for (;;) {
    const [seen, , events] = (await listener.line()).split(" ");
    if (seen === version) return Number(events);
  }
}

/** Each figure with its unit, and by how much the largest table may exceed the smallest. */
const columns = [
  { what: "to the handler, p50", unit: "ms", of: (one: Figures) => one.latencyMs, most: 1.25 },
  {
    what: "written by the publisher",
    unit: "bytes",
    of: (one: Figures) => one.writing.bytesWritten,
    most: 1.1,
  },
  { what: "read by the subscriber", unit: "bytes", of: (one: Figures) => one.reading.bytesRead, most: 1.1 },
  { what: "CPU of the publisher", unit: "ms", of: (one: Figures) => one.writing.processorMs, most: 1.25 },
  { what: "CPU of the subscriber", unit: "ms", of: (one: Figures) => one.reading.processorMs, most: 1.25 },
  { what: "handlers called", unit: "events", of: (one: Figures) => one.events, most: 1 },
] as const;

function rowsOf(keys: number, ours: Figures, bare: Figures): Row[] {
  return columns.map(({ what, unit, of }, index) => ({
    what: `one of ${keys} keys changes, ${what}`,
    unit,
    ours: of(ours),
    bare: of(bare),
    budget: index === 0 ? { kind: "ratio", most: 1.5 } : { kind: "none" },
  }));
}

function flatness(first: Figures, last: Figures): Row[] {
  const sizes = `${SIZES.at(-1)} keys against ${SIZES[0]}`;
  return columns.map(({ what, unit, of, most }) => ({
    what: `${sizes}, ${what}`,
    unit,
    ours: of(last),
    bare: of(first),
    budget: { kind: "ratio", most },
  }));
}
