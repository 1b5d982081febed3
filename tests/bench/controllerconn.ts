/** The benches of `controllerconn`, in the order of the table: `./scripts/run bench controllerconn`. */
import type { Bench } from "./bench.ts";
import { controllerconnMemoryBench } from "./controllerconn_memory_bench.ts";
import { controllerconnPostBench } from "./controllerconn_post_bench.ts";
import { controllerconnProxyBench } from "./controllerconn_proxy_bench.ts";
import { controllerconnRateBench } from "./controllerconn_rate_bench.ts";

/** All that measure `controllerconn`. */
export const controllerconnBenches: readonly Bench[] = [
  controllerconnPostBench,
  controllerconnRateBench,
  controllerconnProxyBench,
  controllerconnMemoryBench,
];
