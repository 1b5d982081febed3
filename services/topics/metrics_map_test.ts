/** Adding up the counters of several programs. */
import { assertEquals } from "@std/assert";
import type { MetricsMap } from "../../controllerconn/mod.ts";
import { zeroTime } from "./go_time.ts";
import { goURLCounters, mergeMetricsMaps } from "./metrics_map.ts";
import { topics } from "./table.ts";

const url = "https://ctrl.example/api/v2/edgedevice/ping";

function counted(ifName: string, failure: string, success: string, count: number, at = url): MetricsMap {
  const counters = {
    ...goURLCounters.zero(),
    SentMsgCount: count,
    TotalTimeSpent: 10 * count,
    SessionResume: 1,
  };
  return {
    [ifName]: {
      FailureCount: count,
      SuccessCount: 2 * count,
      LastFailure: failure,
      LastSuccess: success,
      URLCounters: { [at]: counters },
      AuthFailCount: 1,
    },
  };
}

Deno.test("[controllerconn#28] AddInto merges times and counters", () => {
  const merged = mergeMetricsMaps([
    counted("eth0", "2025-03-01T10:00:00.000000001Z", zeroTime, 1),
    counted("eth0", "2025-03-01T11:00:00.000000002+01:00", "2025-01-01T00:00:00Z", 2),
    counted("eth0", zeroTime, zeroTime, 4, `${url}2`),
    counted("eth1", zeroTime, zeroTime, 8),
  ]);
  const eth0 = merged.eth0;
  assertEquals(Object.keys(merged), ["eth0", "eth1"]);
  assertEquals([eth0?.FailureCount, eth0?.SuccessCount, eth0?.AuthFailCount], [7, 14, 3]);
  assertEquals(eth0?.LastFailure, "2025-03-01T11:00:00.000000002+01:00");
  assertEquals(eth0?.LastSuccess, "2025-01-01T00:00:00Z");
  assertEquals(eth0?.URLCounters[url], {
    ...goURLCounters.zero(),
    SentMsgCount: 3,
    TotalTimeSpent: 30,
    SessionResume: 2,
  });
  assertEquals(eth0?.URLCounters[`${url}2`]?.SentMsgCount, 4);
  assertEquals(merged.eth1?.FailureCount, 8);
});

Deno.test("merging leaves its inputs alone, and nothing merges to an empty map", () => {
  const one = counted("", zeroTime, zeroTime, 1);
  const before = topics.diag.MetricsMap.codec.encode(one);
  mergeMetricsMaps([one, one]);
  assertEquals(topics.diag.MetricsMap.codec.encode(one), before);
  assertEquals(mergeMetricsMaps([]), {});
});
