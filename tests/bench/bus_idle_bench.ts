/**
 * `bus_idle`: processor time of a process in which nothing happens: 60 publications, 60 subscriptions, both, and 60
 * subscriptions whose directories are missing; one subscription of 10 000 keys. Bare: an idle Deno process with one
 * `Deno.watchFs`. All run beside each other for `--idle` seconds.
 */
import type { Bench, Row } from "./bench.ts";
import { bytesOf, small, withRoot } from "./bus_value.ts";
import { type Child, startScript } from "../site/child.ts";
import { processorMs } from "./monotonic.ts";

const TOPICS = 60;
const MANY_KEYS = 10_000;
/** The runtime collects what a start left behind some 35 s later, once: 35 ms. */
const SETTLE_MS = 45_000;

const cases = [
  { what: "60 topics and 60 subscriptions", publications: TOPICS, subscriptions: TOPICS, keys: 1, most: 30 },
  { what: "60 topics", publications: TOPICS, subscriptions: 0, keys: 1 },
  { what: "60 subscriptions", publications: 0, subscriptions: TOPICS, keys: 1 },
  { what: "60 subscriptions, all directories missing", publications: 0, subscriptions: TOPICS, keys: 0 },
  { what: "1 subscription of 10 000 keys", publications: 0, subscriptions: 1, keys: MANY_KEYS },
] as const;

/** See the file's head. */
export const busIdleBench: Bench = {
  name: "bus_idle",
  run: ({ memoryFolder, idleSeconds, tell }) =>
    withRoot(memoryFolder, async (parent) => {
      await using children = new AsyncDisposableStack();
      const started: Child[] = [];
      for (const [index, { publications, subscriptions, keys }] of cases.entries()) {
        const root = `${parent}/${index}`;
        Deno.mkdirSync(root);
        if (keys > 0) fill(root, subscriptions, keys);
        const counts = [publications, subscriptions].map(String);
        started.push(children.use(startScript("tests/bench/children/idle_bus.ts", root, ...counts)));
      }
      const bareFolder = `${parent}/bare`;
      Deno.mkdirSync(bareFolder);
      const bare = children.use(
        startScript("tests/bench/children/bare_watcher.ts", bareFolder, "key.json", "seen"),
      );
      const all = [...started, bare];
      await Promise.all(all.map((child) => child.line()));
      await rest(SETTLE_MS);
      const before = all.map(({ pid }) => processorMs(pid));
      tell(`idle for ${idleSeconds} s`);
      await rest(idleSeconds * 1000);
      const used = all.map(({ pid }, n) => (processorMs(pid) - (before[n] ?? NaN)) * (60 / idleSeconds));
      return cases.map((one, index): Row => ({
        what: `idle, ${one.what}: processor time a minute`,
        unit: "ms",
        ours: used[index] ?? NaN,
        bare: used.at(-1) ?? NaN,
        budget: "most" in one ? { kind: "figure", most: one.most } : { kind: "none" },
      }));
    }),
};

/** What other processes have published. */
function fill(root: string, topics: number, keys: number): void {
  for (let topic = 0; topic < topics; topic++) {
    const folder = `${root}/run/neighbour/Topic${topic}`;
    Deno.mkdirSync(folder, { recursive: true });
    for (let n = 0; n < keys; n++) {
      Deno.writeFileSync(`${folder}/key-${n}.json`, bytesOf(small, small.value(n)));
    }
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
