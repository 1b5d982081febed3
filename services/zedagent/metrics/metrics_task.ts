/** Sends metrics, and the flow log that they count, until the device ends; a metrics message that can't be delivered is lost (`spec/zedagent.md §15`). */
import {
  type AgentMetrics,
  type MetricsMap,
  retryAfterOf,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import {
  type Device,
  errorText,
  keepTouched,
  openTimer,
  pendingWaits,
  registerWatchdog,
  retryDelay,
} from "../../agent/mod.ts";
import { intItem, mergeMetricsMaps, topics } from "../../topics/mod.ts";
import { hostFacts } from "../info/host_facts.ts";
import type { ControllerAccess, MetricsTask, ReportingDeps } from "../parts.ts";
import { logFailedSend } from "../failed_send.ts";
import { startMachine } from "../machine.ts";
import { metricsRetry } from "../retry_policies.ts";
import { type CollectTimes, collectTimes } from "./app_metrics.ts";
import { metricsMessage } from "./metrics_message.ts";
import { type MetricsEffect, type MetricsEvent, type MetricsState, metricsStep } from "./metrics_state.ts";
import { startFlowLog } from "./flow_log_task.ts";
import { aclRuleCount, networkCounters } from "./network_counters.ts";
import { followObjectMetrics } from "./object_metrics_topics.ts";

const taskName = "zedagentmetrics";

/** What came of a message. */
interface Sent {
  readonly delivered: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Sends the first message at once. Publishes `zedagent/MetricsMap` after each.
 * @throws {PubsubError} `owned`, `io`: the topic can't be opened
 */
export function startMetrics(access: ControllerAccess, deps: ReportingDeps): MetricsTask {
  const { device } = access;
  const intervalMs = () => intItem(access.items(), "timer.metric.interval") * 1000;
  const timer = openTimer(device);
  let iteration = 0;
  const publication = device.bus.publication(topics.zedagent.MetricsMap);
  const followed = followMetricsTopics(device);
  const objects = followObjectMetrics(device);
  const flowLog = startFlowLog(access);
  let collected: CollectTimes = new Map();

  const perform = (effect: MetricsEffect) => {
    if (effect.kind === "send") {
      timer.cancel();
      sendMessage(effect.intervalMs / 1000).then((sent) => machine.send({ kind: "sent", ...sent }));
    } else {
      startTimer(retryDelay(device.random, metricsRetry(effect.paceMs), 1, effect.retryAfterMs));
    }
  };

  const sendMessage = async (intervalSeconds: number): Promise<Sent> => {
    let sent: Sent = { delivered: false };
    try {
      const others = objects();
      const body = metricsMessage({
        devUUID: access.devUUID(),
        now: device.clock.now(),
        uptimeSeconds: hostFacts(device).uptimeSeconds,
        network: access.networkStatus(),
        counters: networkCounters(followed.networkMetrics()),
        aclRules: aclRuleCount(followed.networkMetrics()),
        tasks: pendingWaits().length,
        traffic: followed.traffic(access.metrics),
        newlog: followed.newlog(),
        lastReceivedConfig: deps.report.lastReceivedConfig(),
        lastProcessedConfig: deps.report.lastProcessedConfig(),
        intervalSeconds,
        objects: others,
        flowLog: flowLog(),
        collected,
      });
      collected = collectTimes(others);
      access.loc?.metricsSent(body);
      const url = urlPathString(access.server(), access.devUUID(), "metrics");
      const result = await access.client.sendOnAllIntf(url, body, {
        signal: device.signal,
        iteration: iteration++,
      });
      if (device.signal.aborted) return sent;
      if (result.error === undefined) sent = { delivered: true };
      else {
        sent = { delivered: false, retryAfterMs: retryAfterOf(result.headers, device.clock.now()) };
        const text = `metrics: ${result.error.message}; this message is lost, the next one is due as ever`;
        logFailedSend(access, "warn", text);
      }
      publication.publish("global", access.metrics.snapshot());
    } catch (error) {
      device.log.error(`metrics: ${errorText(error)}; trying again when the next message is due`);
    }
    return sent;
  };

  const startTimer = (ms: number) => timer.set(ms, () => machine.send({ kind: "tick" }));

  const machine = startMachine<MetricsState, MetricsEvent, MetricsEffect>(device, {
    initial: { paceMs: intervalMs(), intervalMs: intervalMs() },
    step: metricsStep,
    perform,
  });
  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  machine.send({ kind: "start" });
  return { intervalChanged: () => machine.send({ kind: "interval", intervalMs: intervalMs() }) };
}

/** Counters of the other programs and agents; all may be absent. */
function followMetricsTopics(device: Device) {
  const { zedclient, downloader, loguploader, diag, nim, zedrouter, mgmtproxy, newlogd } = topics;
  const maps = [zedclient, downloader, loguploader, diag, nim, zedrouter, mgmtproxy].map(({ MetricsMap }) =>
    device.bus.subscription(MetricsMap)
  );
  const networkMetrics = device.bus.subscription(zedrouter.NetworkMetrics);
  const newlog = device.bus.subscription(newlogd.NewlogMetrics);
  for (const subscription of [...maps, networkMetrics, newlog]) subscription.activate();
  return {
    networkMetrics: () => networkMetrics.get("global"),
    newlog: () => newlog.get("global"),
    traffic(own: AgentMetrics): MetricsMap {
      const others = maps.map((map) => map.get("global")).filter((map) => map !== undefined);
      return mergeMetricsMaps([own.snapshot(), ...others]);
    },
  };
}
