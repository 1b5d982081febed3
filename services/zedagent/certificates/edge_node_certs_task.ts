/** Sends the device's certificates to the controller, all of them, whenever one changes (`spec/zedagent.md §12.2`). */
import { SenderStatus, urlPathString } from "../../../controllerconn/mod.ts";
import { errorText, jitter, keepTouched, registerWatchdog, signalOnce } from "../../agent/mod.ts";
import { topics } from "../../topics/mod.ts";
import type { ControllerAccess, EdgeNodeCertsDeps, EdgeNodeCertsTask } from "../parts.ts";
import { edgeNodeCertsMessage } from "./edge_node_certs_message.ts";
import { afterSend, initialEdgeNodeCerts } from "./edge_node_certs_state.ts";

const retryMs = 10_000;
const taskName = "zedagentecerts";

/** Follows `tpmmgr/EdgeNodeCert` until the device ends. Without entries nothing is sent. */
export function startEdgeNodeCertsTask(
  access: ControllerAccess,
  deps: EdgeNodeCertsDeps,
): EdgeNodeCertsTask {
  const { device } = access;
  const trigger = signalOnce();
  let state = initialEdgeNodeCerts;
  const changed = () => {
    state = { ...state, pending: true };
    trigger.fire();
  };
  const subscription = device.bus.subscription(topics.tpmmgr.EdgeNodeCert, {
    create: changed,
    modify: changed,
    delete: changed,
  });

  let iteration = 0;
  /** @returns whether to wait before the next try */
  const sendAll = async (): Promise<boolean> => {
    const { body, count, skipped } = edgeNodeCertsMessage(subscription.getAll());
    for (const text of skipped) device.log.error(`${text}; it is not sent`);
    state = { ...state, pending: false };
    if (count === 0) return false;
    const result = await access.client.sendOnAllIntf(
      urlPathString(access.server(), access.devUUID(), "attest"),
      body,
      { signal: device.signal, iteration: iteration++, bailOnHTTPErr: true },
    );
    if (device.signal.aborted) return false;
    const before = state;
    const accepted = result.error === undefined;
    const after = afterSend(before, accepted, result.httpStatus, deps.configGetStatus());
    // What changed meanwhile has to be sent as well.
    state = { ...after, pending: after.pending || before.pending };
    if (accepted) device.log.info(`${count} certificates of the device are with the controller`);
    else device.log.error(`certificates of the device: ${result.error?.message}; trying again in 10 s`);
    if (after.refused !== before.refused) deps.onRefused(after.refused);
    if (result.status === SenderStatus.SenderStatusNotFound) deps.onNotFound();
    return !accepted;
  };

  const loop = async () => {
    while (!device.signal.aborted) {
      let failed = false;
      try {
        failed = state.pending && await sendAll();
      } catch (error) {
        state = { ...state, pending: true };
        failed = true;
        device.log.error(`certificates of the device: ${errorText(error)}; trying again in 10 s`);
      }
      if (failed) await device.clock.sleep(jitter(device.random, retryMs), device.signal);
      else if (!state.pending) await trigger.wait(device.signal);
    }
  };

  subscription.activate();
  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  loop();
  return { resend: changed };
}
