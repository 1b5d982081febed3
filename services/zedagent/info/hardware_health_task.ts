/** Tells that the hardware is looked after: a message without findings, since memory controllers are not ours to read (`spec/zedagent.md §16`). */
import { retryAfterOf, urlPathString } from "../../../controllerconn/mod.ts";
import { ZHardwareHealth } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { between, errorText, keepTouched, registerWatchdog, retryDelay } from "../../agent/mod.ts";
import { intItem } from "../../topics/mod.ts";
import { logFailedSend } from "../failed_send.ts";
import type { ControllerAccess } from "../parts.ts";
import { hardwareHealthRetry } from "../retry_policies.ts";

const taskName = "zedagenthardwarehealth";

/** Sends the first message at once, the others within [0.3, 1) of the interval; runs until the device ends. */
export async function startHardwareHealth(access: ControllerAccess): Promise<void> {
  const { device } = access;
  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  const intervalMs = intItem(access.items(), "timer.hardwarehealth.interval") * 1000;
  for (let iteration = 0; !device.signal.aborted; iteration++) {
    const sent = await send(access, iteration);
    const delay = sent.delivered
      ? between(device.random, 0.3, 1) * intervalMs
      : retryDelay(device.random, hardwareHealthRetry, 1, sent.retryAfterMs);
    await device.clock.sleep(delay, device.signal);
  }
}

interface Sent {
  readonly delivered: boolean;
  /** What a refusal asked for. */
  readonly retryAfterMs?: number | undefined;
}

async function send(access: ControllerAccess, iteration: number): Promise<Sent> {
  const { device } = access;
  try {
    const dev_id = access.devUUID();
    const at_time_stamp = toTimestamp(device.clock.now());
    const body = ZHardwareHealth.encode({ dev_id, at_time_stamp, mr: {} }).finish();
    access.loc?.hardwareHealthSent(body);
    const url = urlPathString(access.server(), dev_id, "hardwarehealth");
    const result = await access.client.sendOnAllIntf(url, body, { signal: device.signal, iteration });
    if (result.error === undefined || device.signal.aborted) return { delivered: true };
    logFailedSend(access, "warn", `hardware health: ${result.error.message}; trying again within 2 min`);
    return { delivered: false, retryAfterMs: retryAfterOf(result.headers, device.clock.now()) };
  } catch (error) {
    device.log.error(`hardware health: ${errorText(error)}; trying again within 2 min`);
    return { delivered: false };
  }
}
