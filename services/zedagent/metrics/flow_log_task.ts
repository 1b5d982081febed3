/** Sends what zedrouter has seen apps talk to, until the device ends (`spec/zedagent.md §16`). */
import { retryAfterOf, urlPathString } from "../../../controllerconn/mod.ts";
import type { metrics } from "../../../proto/device.ts";
import { errorText, openTimer, retryDelay } from "../../agent/mod.ts";
import { topics } from "../../topics/mod.ts";
import { logFailedSend } from "../failed_send.ts";
import { startMachine } from "../machine.ts";
import type { ControllerAccess } from "../parts.ts";
import { flowLogRetry } from "../retry_policies.ts";
import {
  type FlowLogCount,
  type FlowLogEffect,
  type FlowLogEvent,
  type FlowLogState,
  flowLogStep,
  initialFlowLog,
} from "./flow_log_state.ts";
import { flowMessage } from "./flow_message.ts";

/** What became of a message. */
interface Sent {
  readonly delivered: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** @returns reads the counters as metrics tell them */
export function startFlowLog(access: ControllerAccess): () => metrics.IFlowlogMetric {
  const { device } = access;
  const timer = openTimer(device);
  let iteration = 0;

  const perform = (effect: FlowLogEffect) => {
    if (effect.kind === "send") {
      send(effect).then((sent) => machine.send({ kind: "sent", ...sent }));
      return;
    }
    const { failures, retryAfterMs } = effect;
    timer.set(
      retryDelay(device.random, flowLogRetry, failures, retryAfterMs),
      () => machine.send({ kind: "due" }),
    );
  };

  const send = async ({ flow }: Extract<FlowLogEffect, { kind: "send" }>): Promise<Sent> => {
    try {
      const devUUID = access.devUUID();
      const result = await access.client.sendOnAllIntf(
        urlPathString(access.server(), devUUID, "flowlog"),
        flowMessage(devUUID, flow),
        { signal: device.signal, iteration: iteration++ },
      );
      if (result.error === undefined || device.signal.aborted) return { delivered: true };
      logFailedSend(
        access,
        "warn",
        `flow log: ${result.error.message}; it is sent again, or dropped if many wait`,
      );
      return { delivered: false, retryAfterMs: retryAfterOf(result.headers, device.clock.now()) };
    } catch (error) {
      device.log.error(`flow log: ${errorText(error)}; it is sent again, or dropped if many wait`);
      return { delivered: false };
    }
  };

  const machine = startMachine<FlowLogState, FlowLogEvent, FlowLogEffect>(device, {
    initial: initialFlowLog,
    step: flowLogStep,
    perform,
  });
  device.bus.subscription(topics.zedrouter.IPFlow, {
    create: (_key, flow) => machine.send({ kind: "flow", flow }),
    modify: (_key, flow) => machine.send({ kind: "flow", flow }),
  }).activate();
  return () => {
    const { messages, flows, dnsRequests } = machine.state.counters;
    return { messages: counters(messages), flows: counters(flows), dns_requests: counters(dnsRequests) };
  };
}

function counters({ success, drops, failedAttempts }: FlowLogCount): metrics.IFlowlogCounters {
  return { success, drops, failed_attempts: failedAttempts };
}
