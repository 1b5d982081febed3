/** The benches of `controllerconn`, in the order of the table: `./scripts/run bench controllerconn` (issue 5 §5). */
import type { Bench } from "./bench.ts";
import { controllerconnPostBench } from "./controllerconn_post_bench.ts";

/** All that measure `controllerconn`. */
export const controllerconnBenches: readonly Bench[] = [controllerconnPostBench];
