/**
 * The place that the API has for traffic by purpose and port is `zedcloud[].urlMetrics`: a URL says what it is for. What
 * `TrafficCounters` tells people, a controller can read from the metrics message, to the byte.
 */
import { assert, assertEquals } from "@std/assert";
import {
  newAgentMetrics,
  newPurposeCounters,
  purposeOf,
  type TrafficByPurpose,
  type TrafficCounters,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import { network, port } from "../../../controllerconn/testdata/device.ts";
import { addresses } from "../../../controllerconn/testdata/device.ts";
import { answer, breakOff } from "../../../controllerconn/testdata/server.ts";
import { withClient } from "../../../controllerconn/testdata/with_client.ts";
import { type metrics, ZMetricMsg } from "../../../proto/device.ts";
import { mergeMetricsMaps, zeroTime } from "../../topics/mod.ts";
import { loopback } from "../testdata/test_site.ts";
import { metricsMessage } from "./metrics_message.ts";
import { noObjectMetrics } from "./testdata/no_object_metrics.ts";

const signal = new AbortController().signal;
type Sums = Record<string, Record<string, Omit<TrafficCounters, "LastTimeMs" | "FailureKinds">>>;

/** What a controller reads from the message. */
function sumsOf(zedcloud: readonly metrics.IzedcloudMetric[]): Sums {
  const sums: Sums = {};
  for (const { ifName = "", urlMetrics = [] } of zedcloud) {
    for (const each of urlMetrics ?? []) {
      const sum = (sums[ifName ?? ""] ??= {})[purposeOf(each.url ?? "")] ??= {
        Requests: 0,
        Failures: 0,
        SentBytes: 0,
        ReceivedBytes: 0,
        TotalTimeMs: 0,
      };
      sum.Requests += Number(each.sentMsgCount);
      sum.Failures += Number(each.tryMsgCount);
      sum.SentBytes += Number(each.sentByteCount);
      sum.ReceivedBytes += Number(each.recvByteCount);
      sum.TotalTimeMs += Number(each.total_time_spent);
    }
  }
  return sums;
}

function withoutLast(traffic: TrafficByPurpose): Sums {
  const ports = Object.entries(traffic).map(([ifName, port]) => {
    const purposes = Object.entries(port).map((
      [purpose, { LastTimeMs: _, FailureKinds: _kinds, ...rest }],
    ) => [purpose, rest]);
    return [ifName, Object.fromEntries(purposes)];
  });
  return Object.fromEntries(ports);
}

Deno.test("requests, failures, bytes and times by purpose and port can be read from the metrics message", async () => {
  const [agentMetrics, purposes] = [newAgentMetrics(() => Date.now()), newPurposeCounters()];
  const deviceNetworkStatus = () =>
    network(port("eth0", addresses("127.0.0.2")), port("eth1", { ...addresses("127.0.0.3"), Cost: 1 }));
  const handler = (...args: Parameters<typeof breakOff>) =>
    (args[0].from === "127.0.0.2" && args[0].url.endsWith("/info") ? breakOff : answer(200, "pong"))(...args);
  await withClient(
    { handler },
    { metrics: agentMetrics, purposes, deviceNetworkStatus },
    async ({ client, server }) => {
      const post = (action: string, bytes: number) =>
        client.sendOnAllIntf(urlPathString(server.name, "6f1b", action), new Uint8Array(bytes), { signal });
      for (const size of [0, 1, 5000]) await post("config", size);
      for (const app of [1, 2, 3]) await post(`apps/instanceid/${app}/newlogs`, 1000 * app);
      for (const what of ["newlogs", "metrics", "info", "info", "attest"]) await post(what, 200);
      await client.sendOnIntf(urlPathString(server.name, "", "ping"), "eth1", undefined, { signal });
    },
  );
  const body = metricsMessage({
    devUUID: "d",
    now: Date.now(),
    uptimeSeconds: undefined,
    network: loopback(),
    counters: new Map(),
    aclRules: undefined,
    tasks: 0,
    traffic: mergeMetricsMaps([agentMetrics.snapshot()]),
    newlog: undefined,
    lastReceivedConfig: zeroTime,
    lastProcessedConfig: zeroTime,
    intervalSeconds: 60,
    objects: noObjectMetrics,
    collected: new Map(),
  });
  const { dm } = ZMetricMsg.decode(body);
  const sums = sumsOf(dm?.zedcloud ?? []);
  assertEquals(sums, withoutLast(purposes.snapshot()));
  assertEquals([sums["eth0"]?.["info"]?.Failures, sums["eth1"]?.["info"]?.Requests], [2, 2]);
  assertEquals([sums["eth0"]?.["logs"]?.Requests, sums["eth1"]?.["test"]?.SentBytes], [4, 0]);
  assert((sums["eth0"]?.["logs"]?.SentBytes ?? 0) > 6200);
  assertEquals(
    dm?.zedcloud.flatMap(({ urlMetrics }) => urlMetrics ?? []).every(({ sess_resume_count }) =>
      Number(sess_resume_count) === 0
    ),
    true,
  );
});
