/** The benches of the bus, in the order of the table: `./scripts/run bench bus`. */
import type { Bench } from "./bench.ts";
import { busBridgeBench } from "./bus_bridge_bench.ts";
import { busIdleBench } from "./bus_idle_bench.ts";
import { busKeysBench } from "./bus_keys_bench.ts";
import { busNotifyBench } from "./bus_notify_bench.ts";
import { busPublishBench } from "./bus_publish_bench.ts";
import { busRepublishBench } from "./bus_republish_bench.ts";
import { busSubscribersBench } from "./bus_subscribers_bench.ts";

/** All that measure `services/pubsub` and `services/bridge`. */
export const busBenches: readonly Bench[] = [
  busPublishBench,
  busNotifyBench,
  busSubscribersBench,
  busKeysBench,
  busRepublishBench,
  busBridgeBench,
  busIdleBench,
];
