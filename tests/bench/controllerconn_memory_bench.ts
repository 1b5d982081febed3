/**
 * `controllerconn_memory`: what a process holds after 10 000 and after 100 000 enveloped POSTs of 1 kB, and the difference.
 * Bare: a process with WebCrypto and node:https that posts as often, at the same time.
 */
import { type Child, startChild } from "../site/child.ts";
import type { Bench, Row } from "./bench.ts";
import { openPostSite, type PostSite } from "./post_site.ts";

const PAYLOAD_BYTES = 1000;
const STEP = 5_000;
const FIRST = 10_000;
const LAST = 100_000;
/** Growth below it is none. */
const NOISE_MB = 2;

interface Memory {
  readonly rssMB: number;
  readonly heapMB: number;
}

/** See the file's head. */
export const controllerconnMemoryBench: Bench = {
  name: "controllerconn_memory",
  async run({ diskFolder, tell }) {
    await using site = await openPostSite(diskFolder);
    await using ours = posting("ours", site);
    await using bare = posting("bare", site);
    tell(`${LAST} requests each`);
    const [our, other] = await Promise.all([memoryOf(ours), memoryOf(bare)]);
    const row = (what: string, of: (two: TwoMemories) => number): Row => ({
      what: `memory of a sender, ${what}`,
      unit: "MB",
      ours: of(our),
      bare: of(other),
      budget: { kind: "none" },
    });
    return [
      row("RSS after 10 000 requests", ({ first }) => first.rssMB),
      row("RSS after 100 000 requests", ({ last }) => last.rssMB),
      row("heap in use after 10 000 requests, collected", ({ first }) => first.heapMB),
      row("heap in use after 100 000 requests, collected", ({ last }) => last.heapMB),
      {
        what: "memory of a sender, growth of that heap over 90 000 requests",
        unit: "MB",
        ours: our.last.heapMB - our.first.heapMB,
        budget: { kind: "figure", most: NOISE_MB },
      },
    ];
  },
};

interface TwoMemories {
  readonly first: Memory;
  readonly last: Memory;
}

function posting(who: "ours" | "bare", { folder, url }: PostSite): Child {
  const options = ["--quiet", "--no-lock", "--no-check", "--allow-all", "--v8-flags=--expose-gc"];
  const args = ["tests/bench/children/poster.ts", who, folder, url, String(PAYLOAD_BYTES)];
  return startChild(Deno.execPath(), ["run", ...options, ...args]);
}

async function memoryOf(child: Child): Promise<TwoMemories> {
  await child.line();
  let first: Memory | undefined;
  for (let done = STEP;; done += STEP) {
    await child.tell(String(STEP));
    const memory = JSON.parse(await child.line());
    if (done === FIRST) first = memory;
    if (done >= LAST) return { first: first ?? memory, last: memory };
  }
}
