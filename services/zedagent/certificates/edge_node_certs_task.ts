/** Sends the device's certificates to the controller, all of them, whenever one changes (`spec/zedagent.md §12.2`). */
import { SenderStatus, urlPathString } from "../../../controllerconn/mod.ts";
import { retryAfterOf } from "../../../controllerconn/retry/mod.ts";
import { errorText, keepTouched, registerWatchdog, retryDelay, signalOnce } from "../../agent/mod.ts";
import { topics } from "../../topics/mod.ts";
import type { ControllerAccess, EdgeNodeCertsDeps, EdgeNodeCertsTask } from "../parts.ts";
import { edgeNodeCertsRetry } from "../retry_policies.ts";
import { edgeNodeCertsMessage } from "./edge_node_certs_message.ts";
import { afterSend, initialEdgeNodeCerts } from "./edge_node_certs_state.ts";

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
  /** @returns how long to wait before the next try, 0 if there is none to wait for */
  const sendAll = async (): Promise<number> => {
    const { body, count, skipped } = edgeNodeCertsMessage(subscription.getAll());
    for (const text of skipped) device.log.error(`${text}; it is not sent`);
    state = { ...state, pending: false };
    if (count === 0) return 0;
    const result = await access.client.sendOnAllIntf(
      urlPathString(access.server(), access.devUUID(), "attest"),
      body,
      { signal: device.signal, iteration: iteration++, bailOnHTTPErr: true },
    );
    if (device.signal.aborted) return 0;
    const before = state;
    const accepted = result.error === undefined;
    const after = afterSend(before, accepted, result.httpStatus, deps.configGetStatus());
    // What changed meanwhile has to be sent as well.
    state = { ...after, pending: after.pending || before.pending };
    if (accepted) device.log.info(`${count} certificates of the device are with the controller`);
    else device.log.error(`certificates of the device: ${result.error?.message}; trying again in 10 s`);
    if (after.refused !== before.refused) deps.onRefused(after.refused);
    if (result.status === SenderStatus.SenderStatusNotFound) deps.onNotFound();
    return accepted ? 0 : waitMs(retryAfterOf(result.headers, device.clock.now()));
  };

  const waitMs = (retryAfterMs?: number) => retryDelay(device.random, edgeNodeCertsRetry, 1, retryAfterMs);

  const loop = async () => {
    while (!device.signal.aborted) {
      let wait = 0;
      try {
        if (state.pending) wait = await sendAll();
      } catch (error) {
        state = { ...state, pending: true };
        wait = waitMs();
        device.log.error(`certificates of the device: ${errorText(error)}; trying again in 10 s`);
      }
      if (wait > 0) await device.clock.sleep(wait, device.signal);
      else if (!state.pending) await trigger.wait(device.signal);
    }
  };

  subscription.activate();
  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  loop();
  return { resend: changed };
}
