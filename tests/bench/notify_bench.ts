/**
 * `notify`: from the call of `publish` to the handler in another process. Two bare measures, both seen by a bare
 * `Deno.watchFs`: a rename of a file that was made before, and all system calls of a replaced file.
 */
import { bareReplace, bareTemporary } from "./bare_replace.ts";
import type { Bench } from "./bench.ts";
import { benchTopic, busValue, bytesOf, withRoot } from "./bus_value.ts";
import { type Child, startScript } from "./child_process.ts";
import { monotonicMs } from "./monotonic.ts";
import { interleave, percentile } from "./rounds.ts";

const ROUNDS = 1000;
const WARM_UP = 50;
/** Lets the events of the round before pass, so that none is waited for twice. */
const PAUSE_MS = 3;
const FILE = "key.json";

/** See the file's head. */
export const notifyBench: Bench = {
  name: "notify",
  run: ({ memoryFolder }) =>
    withRoot(memoryFolder, async (root, bus) => {
      const publication = bus.publication(benchTopic(false));
      const [elsewhere, renamed, replaced] = [`${root}/elsewhere`, `${root}/renamed`, `${root}/replaced`];
      for (const folder of [elsewhere, renamed, replaced]) Deno.mkdirSync(folder);
      await using subscriber = startScript("tests/bench/children/bus_subscriber.ts", root, "plain");
      await using renames = startScript("tests/bench/children/bare_watcher.ts", renamed, FILE);
      await using replaces = startScript("tests/bench/children/bare_watcher.ts", replaced, FILE);
      for (const child of [subscriber, renames, replaces]) await child.line();
      let value = busValue(0);
      let bytes = new Uint8Array();
      let temporary = "";
      const before = (round: number) => {
        value = busValue(round + WARM_UP);
        bytes = new Uint8Array(bytesOf(value));
        temporary = bareTemporary(elsewhere, bytes);
        return new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS));
      };
      const contestant = (name: string, child: Child, act: () => void) => ({
        name,
        before,
        async run() {
          const start = monotonicMs();
          act();
          return Number((await child.line()).split(" ").at(-1)) - start;
        },
      });
      const times = await interleave(
        [
          contestant("ours", subscriber, () => publication.publish("key", value)),
          contestant("rename", renames, () => Deno.renameSync(temporary, `${renamed}/${FILE}`)),
          contestant("replace", replaces, () => bareReplace(replaced, FILE, bytes)),
        ],
        ROUNDS,
        WARM_UP,
      );
      const row = (what: string, bare: string, share: number) => ({
        what: `publish to handler in another process, ${what}`,
        unit: "ms",
        ours: percentile(times.get("ours"), share),
        bare: percentile(times.get(bare), share),
      });
      return [
        { ...row("p50, against a bare rename", "rename", 0.5), budget: { kind: "ratio", most: 1.5 } },
        { ...row("p99, against a bare rename", "rename", 0.99), budget: { kind: "none" } },
        { ...row("p50, against a bare replace", "replace", 0.5), budget: { kind: "none" } },
      ];
    }),
};
