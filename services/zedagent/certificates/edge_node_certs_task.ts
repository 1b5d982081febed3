/** Sends the device's certificates to the controller, all of them, whenever one changes (`spec/zedagent.md §12.2`). */
import { retryAfterOf, SenderStatus, type SendResult, urlPathString } from "../../../controllerconn/mod.ts";
import { keepTouched, openTimer, registerWatchdog, retryDelay } from "../../agent/mod.ts";
import { topics } from "../../topics/mod.ts";
import { eventItemTypes, isAirgapped } from "../deferred/event_queue.ts";
import { logFailedSend } from "../failed_send.ts";
import type { ControllerAccess, EdgeNodeCertsDeps, EdgeNodeCertsTask } from "../parts.ts";
import { edgeNodeCertsRetry } from "../retry_policies.ts";
import { edgeNodeCertsMessage } from "./edge_node_certs_message.ts";
import { afterSend, initialEdgeNodeCerts } from "./edge_node_certs_state.ts";

const taskName = "zedagentecerts";

/**
 * Follows `tpmmgr/EdgeNodeCert` until the device ends. Without entries nothing is sent. The event queue gives a list up
 * after the first failure; it is made anew after 10 s.
 */
export function startEdgeNodeCertsTask(
  access: ControllerAccess,
  deps: EdgeNodeCertsDeps,
): EdgeNodeCertsTask {
  const { device, events } = access;
  const retry = openTimer(device);
  let isRetrying = false;
  let state = initialEdgeNodeCerts;
  let lastKey: string | undefined;
  /** The list is made anew with each retry; what can't go into it is told once. */
  let toldSkipped: ReadonlySet<string> = new Set();

  const changed = () => {
    state = { ...state, pending: true };
    if (!isRetrying) queueAll();
  };
  const subscription = device.bus.subscription(topics.tpmmgr.EdgeNodeCert, {
    create: changed,
    modify: changed,
    delete: changed,
  });

  const queueAll = () => {
    const key = `attest:${access.devUUID()}`;
    const { body, count, skipped } = edgeNodeCertsMessage(subscription.getAll());
    for (const text of skipped) {
      if (!toldSkipped.has(text)) device.log.error(`${text}; it is not sent`);
    }
    toldSkipped = new Set(skipped);
    if (lastKey !== undefined && (lastKey !== key || count === 0)) events.removeDeferred(lastKey);
    lastKey = key;
    if (count === 0) return;
    events.setDeferred({
      key,
      itemType: eventItemTypes.edgeNodeCerts,
      url: urlPathString(access.server(), access.devUUID(), "attest"),
      payload: body,
      discardOnFailure: true,
      suppressLogs: isAirgapped(access),
    });
  };

  const ended = (status: SenderStatus, result: SendResult | undefined) => {
    const before = state;
    const accepted = status === SenderStatus.SenderStatusNone;
    const after = afterSend(before, accepted, result?.httpStatus ?? 0, deps.configGetStatus());
    // What changed meanwhile has to be sent as well.
    state = { ...after, pending: after.pending || events.queued(lastKey ?? "") !== undefined };
    if (accepted) {
      device.log.info("the certificates of the device are with the controller");
    } else {
      const reason = result?.error?.message ?? "given up by the full queue";
      logFailedSend(access, "error", `certificates of the device: ${reason}; trying again in 10 s`);
      isRetrying = true;
      const asked = result === undefined ? undefined : retryAfterOf(result.headers, device.clock.now());
      retry.set(retryDelay(device.random, edgeNodeCertsRetry, 1, asked), () => {
        isRetrying = false;
        if (state.pending) queueAll();
      });
    }
    if (after.refused !== before.refused) deps.onRefused(after.refused);
    if (status === SenderStatus.SenderStatusNotFound) deps.onNotFound();
  };

  events.handle(eventItemTypes.edgeNodeCerts, (_item, status, result) => {
    if (status !== SenderStatus.SenderStatusDebug) ended(status, result);
  });
  subscription.activate();
  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  return { resend: changed };
}
