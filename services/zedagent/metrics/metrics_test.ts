/** Content of metrics, and metrics on their way to a real controller; the test plays the other agents. */
import { assert, assertEquals } from "@std/assert";
import { type metrics, ZMetricMsg } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import { whileWaiting } from "../../agent/mod.ts";
import { until } from "../../agent/test_device.ts";
import { goDeviceNetworkStatus, goNewlogMetrics, topics, zeroTime } from "../../topics/mod.ts";
import { openTestAccess, type TestAccess, testReport } from "../info/testdata/test_access.ts";
import { loopback } from "../testdata/test_site.ts";
import { type MetricsInputs, metricsMessage } from "./metrics_message.ts";
import { startMetrics } from "./metrics_task.ts";
import { aclRuleCount, networkCounters } from "./network_counters.ts";
import { noObjectMetrics } from "./testdata/no_object_metrics.ts";

const inputs: MetricsInputs = {
  devUUID: "d",
  now: 1_700_000_000_000,
  uptimeSeconds: 90,
  network: loopback(),
  counters: new Map(),
  aclRules: undefined,
  tasks: 0,
  traffic: {},
  newlog: undefined,
  lastReceivedConfig: zeroTime,
  lastProcessedConfig: zeroTime,
  intervalSeconds: 60,
  objects: noObjectMetrics,
  collected: new Map(),
};

function received(some: Partial<MetricsInputs>): metrics.deviceMetric {
  const message = ZMetricMsg.decode(metricsMessage({ ...inputs, ...some }));
  assertEquals([message.devID, fromTimestamp(message.atTimeStamp)], ["d", inputs.now]);
  assert(message.dm !== null);
  return message.dm;
}

Deno.test("uptime, dormant time, ports; no counters where nobody counts", () => {
  const dm = received({});
  assertEquals([fromTimestamp(dm.cpuMetric?.upTime), dm.dormant_time_in_seconds.toNumber()], [90_000, 180]);
  assertEquals(dm.network.map(({ iName, localName, txBytes }) => [iName, localName, txBytes.toNumber()]), [[
    "lo",
    "lo",
    0,
  ]]);
  const absent: unknown[] = [dm.acl, dm.newlog, dm.last_received_config, dm.last_processed_config];
  assertEquals(absent, [null, null, null, null]);
  const noUptime: unknown =
    received({ uptimeSeconds: undefined, network: goDeviceNetworkStatus.zero() }).cpuMetric;
  assertEquals(noUptime, null);
});

Deno.test("counters of interfaces, exact above 2^32; another form of the topic gives none", () => {
  const raw = {
    MetricList: [{ IfName: "lo", TxBytes: 2 ** 40 + 1, RxPkts: 7n, RxErrors: -1, TxDrops: "x" }, {
      IfName: 5,
    }, null],
  };
  const dm = received({ counters: networkCounters(raw) });
  assertEquals([dm.network[0]?.txBytes.toNumber(), dm.network[0]?.rxPkts.toNumber()], [2 ** 40 + 1, 7]);
  assertEquals([dm.network[0]?.rxErrors.toNumber(), dm.network[0]?.txDrops.toNumber()], [0, 0]);
  for (const bad of [undefined, {}, { MetricList: 5 }, { MetricList: { IfName: "lo" } }]) {
    assertEquals([networkCounters(bad).size, aclRuleCount(bad)], [0, undefined]);
  }
  const rules = (TotalRuleCount: number | string) => aclRuleCount({ TotalRuleCount });
  assertEquals([rules(0), rules(7), rules(-1), rules("7")], [0, 7, undefined, undefined]);
  assertEquals(received({ aclRules: 7 }).acl?.total_rule_count.toNumber(), 7);
});

Deno.test("traffic of all programs, newlogd's counters, times of the configuration", () => {
  const dm = received({
    traffic: {
      eth0: {
        FailureCount: 1,
        SuccessCount: 2,
        LastFailure: zeroTime,
        LastSuccess: "2026-01-01T00:00:00Z",
        AuthFailCount: 3,
        URLCounters: {
          "https://x/config": {
            TryMsgCount: 1,
            TryByteCount: 2,
            SentMsgCount: 3,
            SentByteCount: 4,
            RecvMsgCount: 5,
            RecvByteCount: 6,
            TotalTimeSpent: 7,
            SessionResume: 8,
          },
        },
      },
    },
    newlog: goNewlogMetrics.make({
      TotalBytesUpload: 5,
      CurrUploadIntvSec: 300,
      DevTop10InputBytesPCT: { kernel: 12 },
      DevMetrics: { ...goNewlogMetrics.zero().DevMetrics, NumGZipFilesSent: 4 },
    }),
    lastReceivedConfig: "2026-01-01T00:00:01Z",
  });
  const [port] = dm.zedcloud;
  const lastFailure: unknown = port?.lastFailure;
  assertEquals([port?.ifName, port?.failures.toNumber(), port?.authVerifyFailure.toNumber(), lastFailure], [
    "eth0",
    1,
    3,
    null,
  ]);
  const [url] = port?.urlMetrics ?? [];
  assertEquals([url?.url, url?.tryMsgCount.toNumber(), url?.sess_resume_count.toNumber()], [
    "https://x/config",
    1,
    8,
  ]);
  assertEquals([dm.newlog?.totalBytesUpload.toNumber(), dm.newlog?.currentUploadIntv], [5, 300]);
  assertEquals(
    [dm.newlog?.top10_input_sources["kernel"], dm.newlog?.deviceMetrics?.numGzipFileSent.toNumber()],
    [
      12,
      4,
    ],
  );
  assertEquals(fromTimestamp(dm.last_received_config), Date.UTC(2026, 0, 1, 0, 0, 1));
});

/** The task under test, which counts the messages it has made. */
function startCounted(site: TestAccess) {
  let made = 0;
  const report = testReport({
    lastReceivedConfig() {
      made++;
      return zeroTime;
    },
  });
  const task = startMetrics(site.access, { report });
  return { task, made: () => made };
}

const sent = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "metrics" && durationMs > 0)
    .map(({ payload }) => ZMetricMsg.decode(payload ?? new Uint8Array()).dm);

/** Messages of which the task knows what became of them: it has counted them, and its timer runs again. */
function answered(site: TestAccess): number {
  const text = site.device.read("/run/zedagent/MetricsMap/global.json");
  if (text === undefined) return 0;
  return Object.values(topics.zedagent.MetricsMap.codec.decode(text))
    .reduce((sum, { SuccessCount, FailureCount }) => sum + SuccessCount + FailureCount, 0);
}
const untilSent = (site: TestAccess, count: number) =>
  until(`${count} metrics`, () => sent(site).length >= count && answered(site) >= count, 20_000);

Deno.test("[zedagent#35] a raised interval: one message before the slower pace, dormant time 3·T", async () => {
  await using site = await openTestAccess();
  const { task, made } = startCounted(site);
  await untilSent(site, 1);
  assertEquals(sent(site)[0]?.dormant_time_in_seconds.toNumber(), 180);
  site.setItem("timer.metric.interval", 1000);
  task.intervalChanged();
  // At once: the clock stands still.
  await untilSent(site, 2);
  assertEquals(sent(site)[1]?.dormant_time_in_seconds.toNumber(), 3000);
  await site.device.clock.advance(299_000);
  assertEquals(made(), 2);
  for (let waited = 0; made() < 3 && waited < 701_000; waited += 1000) {
    await site.device.clock.advance(1000);
  }
  await untilSent(site, 3);

  site.setItem("timer.metric.interval", 5);
  task.intervalChanged();
  assertEquals(made(), 3);
  await site.device.clock.advance(5_000);
  await untilSent(site, 4);
  assertEquals(sent(site)[3]?.dormant_time_in_seconds.toNumber(), 15);
});

Deno.test("a raised interval that could not be told of: the old pace goes on until it could", async () => {
  await using site = await openTestAccess();
  const { task, made } = startCounted(site);
  await untilSent(site, 1);
  site.controller.faults.add("metrics", { status: 503, times: 1 });
  site.setItem("timer.metric.interval", 3600);
  task.intervalChanged();
  await untilSent(site, 2);
  await site.device.clock.advance(60_000);
  await untilSent(site, 3);
  await site.device.clock.advance(1_000_000);
  assertEquals(made(), 3);
});

Deno.test("own counters are published after each message and summed with those of the others", async () => {
  await using site = await openTestAccess();
  site.others.publication(topics.loguploader.MetricsMap).publish("global", {
    lo: {
      FailureCount: 5,
      SuccessCount: 100,
      LastFailure: zeroTime,
      LastSuccess: "2026-01-01T00:00:00Z",
      AuthFailCount: 0,
      URLCounters: {},
    },
  });
  site.others.publication(topics.newlogd.NewlogMetrics).publish(
    "global",
    goNewlogMetrics.make({ Num4xxResponses: 9 }),
  );
  const wait = Promise.withResolvers<void>();
  const waiting = whileWaiting("a wait of this test", wait.promise);
  startCounted(site);
  await untilSent(site, 1);
  assertEquals(sent(site)[0]?.zedbox?.numGoRoutines, 1);
  wait.resolve();
  await waiting;
  const text = site.device.read("/run/zedagent/MetricsMap/global.json") ?? "";
  assertEquals(topics.zedagent.MetricsMap.codec.decode(text)["lo"]?.SuccessCount, 1);
  await site.device.clock.advance(60_000);
  await untilSent(site, 2);
  const second = sent(site)[1];
  const lo = second?.zedcloud.find(({ ifName }) => ifName === "lo");
  assertEquals([lo?.success.toNumber(), lo?.failures.toNumber()], [101, 5]);
  assertEquals(second?.newlog?.num4xxResponses, 9);
  assert((lo?.urlMetrics ?? []).some(({ url }) => url.endsWith("/metrics")));
});
