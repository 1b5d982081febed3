/** `CipherMetric`: how decrypting parts of the configuration went, by agent (`spec/zedagent.md §15`). Pure. */
import type { metrics } from "../../../proto/device.ts";
import { timeField } from "../info/error_info.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";

/** Of those that publish it; kinds of failure that never happened are left out. */
export function cipherMetrics({ cipher }: ObjectMetricsInputs): metrics.ICipherMetric[] {
  return [...cipher].map(([agent, counted]) => ({
    agent_name: counted.AgentName === "" ? agent : counted.AgentName,
    failure_count: counted.FailureCount,
    success_count: counted.SuccessCount,
    ...timeField("last_failure", counted.LastFailure),
    ...timeField("last_success", counted.LastSuccess),
    tc: (counted.TypeCounters ?? []).map((count, error_code) => ({ error_code, count }))
      .filter(({ count }) => count !== 0),
  }));
}
