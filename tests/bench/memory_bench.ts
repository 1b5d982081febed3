/**
 * `memory`: the proportional set size (PSS) of the five executables of an onboarded device that has been idle for a while.
 * Bare: five executables of a program that imports the same libraries of the runtime and does nothing.
 */
import type { Bench, Row } from "./bench.ts";
import { megabytesOf, startIdleDevice, sum } from "./idle_memory.ts";

/** 380 MB for five. */
const MOST_MB_EACH = 76;

/** See the file's head. */
export const memoryBench: Bench = {
  name: "memory",
  async run({ diskFolder, idleSeconds, tell }) {
    await using idle = await startIdleDevice(diskFolder, 5);
    const { running, bare } = idle;
    tell(`idle for ${idleSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
    const bareEach = bare.map(({ pid }) => megabytesOf(pid) ?? NaN);
    const all = Array.from(running, ([program, { pid }], index) => ({
      program,
      ours: megabytesOf(pid),
      bare: bareEach[index] ?? NaN,
    }));
    const alive = all.flatMap((one) => one.ours === undefined ? [] : [{ ...one, ours: one.ours }]);
    const ended = all.filter(({ ours }) => ours === undefined).map(({ program }) => program);
    const after = `after ${idleSeconds} idle seconds (PSS)`;
    const rows: Row[] = alive.map(({ program, ours, bare }) => ({
      what: `memory of ${program} ${after}`,
      unit: "MB",
      ours,
      bare,
      budget: { kind: "none" },
    }));
    const who = ended.length === 0 ? "all five" : `the other ${alive.length} (${ended.join(", ")} ended)`;
    return [...rows, {
      what: `memory of ${who} ${after}`,
      unit: "MB",
      ours: sum(alive.map(({ ours }) => ours)),
      bare: sum(alive.map(({ bare }) => bare)),
      budget: { kind: "figure", most: MOST_MB_EACH * alive.length },
    }];
  },
};
