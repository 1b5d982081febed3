/** The benches of zedagent, in the order of the table: `./scripts/run bench zedagent`. */
import type { Bench } from "./bench.ts";
import { unchangedPollBench } from "./unchanged_poll_bench.ts";
import { zedagentApplyBench } from "./zedagent_apply_bench.ts";
import { zedagentMemoryBench } from "./zedagent_memory_bench.ts";
import { zedagentPollsBench } from "./zedagent_polls_bench.ts";

/** All that measure `services/zedagent`. */
export const zedagentBenches: readonly Bench[] = [
  zedagentApplyBench,
  unchangedPollBench,
  zedagentMemoryBench,
  zedagentPollsBench,
];
