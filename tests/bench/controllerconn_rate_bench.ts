/**
 * `controllerconn_rate`: enveloped POSTs of 1 kB one after the other on one connection, by a process that does nothing else:
 * how many a second, and what each costs of the processor. Bare: a process with WebCrypto and node:https.
 */
import { startScript } from "../site/child.ts";
import type { Bench } from "./bench.ts";
import { processorMs } from "./monotonic.ts";
import { openPostSite, type PostSite } from "./post_site.ts";
import { median } from "./rounds.ts";

const PAYLOAD_BYTES = 1000;
const POSTS = 500;
const ROUNDS = 6;

interface Figures {
  readonly perSecond: number;
  readonly processorMs: number;
}

/** See the file's head. */
export const controllerconnRateBench: Bench = {
  name: "controllerconn_rate",
  async run({ diskFolder }) {
    await using site = await openPostSite(diskFolder);
    await using ours = posting("ours", site);
    await using bare = posting("bare", site);
    await ours.round();
    await bare.round();
    const opened = await site.connections();
    const figures = { ours: [] as Figures[], bare: [] as Figures[] };
    for (let round = 0; round < ROUNDS; round++) {
      figures.ours.push(await ours.round());
      figures.bare.push(await bare.round());
    }
    const more = await site.connections();
    if (opened !== 2 || more !== 0) {
      throw new Error(`expected one connection each, got ${opened} and ${more}`);
    }
    const row = (what: string, unit: string, of: keyof Figures) => ({
      what: `enveloped POST of 1 kB, one connection, ${what}`,
      unit,
      ours: median(figures.ours.map((each) => each[of])),
      bare: median(figures.bare.map((each) => each[of])),
    });
    return [
      { ...row("one after the other", "/s", "perSecond"), budget: { kind: "none" } },
      { ...row("processor time of each", "ms", "processorMs"), budget: { kind: "ratio", most: 1.5 } },
    ];
  },
};

function posting(who: "ours" | "bare", { folder, url }: PostSite) {
  const script = "tests/bench/children/poster.ts";
  const child = startScript(script, who, folder, url, String(PAYLOAD_BYTES));
  const ready = child.line();
  return {
    async round(): Promise<Figures> {
      await ready;
      const before = processorMs(child.pid);
      await child.tell(String(POSTS));
      const { milliseconds } = JSON.parse(await child.line());
      return {
        perSecond: (POSTS / milliseconds) * 1000,
        processorMs: (processorMs(child.pid) - before) / POSTS,
      };
    },
    [Symbol.asyncDispose]: () => child.stop(),
  };
}
