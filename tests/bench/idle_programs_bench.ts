/**
 * `idle_programs`: processor time that the five executables of an onboarded device take in a minute in which nothing happens,
 * zedagent's polls of the controller among it. Bare: an executable that does nothing.
 */
import type { Bench, Row } from "./bench.ts";
import { startIdleDevice } from "./idle_memory.ts";
import { processorMs } from "./monotonic.ts";

/** The runtime collects what a start left behind some 35 s later, once. */
const SETTLE_MS = 45_000;

/** See the file's head. */
export const idleProgramsBench: Bench = {
  name: "idle_programs",
  async run({ diskFolder, idleSeconds, tell }) {
    await using idle = await startIdleDevice(diskFolder, 1);
    const { running, bare } = idle;
    await rest(SETTLE_MS);
    const all = [...running, ...bare.map((child) => ["bare", child] as const)];
    const before = all.map(([, { pid }]) => processorMs(pid));
    tell(`idle for ${idleSeconds} s`);
    await rest(idleSeconds * 1000);
    const used = all.map(([, { pid }], n) => (processorMs(pid) - (before[n] ?? NaN)) * (60 / idleSeconds));
    return Array.from(running.keys(), (program, index): Row => ({
      what: `idle ${program}: processor time a minute`,
      unit: "ms",
      ours: used[index] ?? NaN,
      bare: used.at(-1) ?? NaN,
      budget: { kind: "none" },
    }));
  },
};

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
