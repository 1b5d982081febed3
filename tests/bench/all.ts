/** All benches, in the order of the table. */
import type { Bench } from "./bench.ts";
import { changedKeyBench } from "./changed_key_bench.ts";
import { configApplyBench } from "./config_apply_bench.ts";
import { envelopePostBench } from "./envelope_post_bench.ts";
import { logDrainBench } from "./log_drain_bench.ts";
import { memoryBench } from "./memory_bench.ts";
import { notifyBench } from "./notify_bench.ts";
import { publishBench } from "./publish_bench.ts";
import { startBench } from "./start_bench.ts";
import { unchangedPollBench } from "./unchanged_poll_bench.ts";

/** By name with `scripts/bench.ts`. */
export const benches: readonly Bench[] = [
  publishBench,
  notifyBench,
  changedKeyBench,
  envelopePostBench,
  logDrainBench,
  configApplyBench,
  unchangedPollBench,
  startBench,
  memoryBench,
];
