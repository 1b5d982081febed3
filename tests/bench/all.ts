/** All benches, in the order of the table. */
import type { Bench } from "./bench.ts";
import { busBenches } from "./bus.ts";
import { controllerconnBenches } from "./controllerconn.ts";
import { idleProgramsBench } from "./idle_programs_bench.ts";
import { logDrainBench } from "./log_drain_bench.ts";
import { memoryBench } from "./memory_bench.ts";
import { memoryZedboxBench } from "./memory_zedbox_bench.ts";
import { startBench } from "./start_bench.ts";
import { zedagentBenches } from "./zedagent.ts";

/** By name with `scripts/bench.ts`. */
export const benches: readonly Bench[] = [
  ...busBenches,
  ...controllerconnBenches,
  logDrainBench,
  ...zedagentBenches,
  startBench,
  idleProgramsBench,
  memoryBench,
  memoryZedboxBench,
];

/** One name for several benches. */
export const families: Readonly<Record<string, readonly string[]>> = {
  bus: busBenches.map(({ name }) => name),
  controllerconn: controllerconnBenches.map(({ name }) => name),
  zedagent: zedagentBenches.filter(({ byNameOnly }) => byNameOnly !== true).map(({ name }) => name),
};
