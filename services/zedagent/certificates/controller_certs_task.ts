/** Fetches the controller's certificates: at the start, when asked to, and now and then (`spec/zedagent.md §12.1`). */
import { urlPathString, validateProtoContentType } from "../../../controllerconn/mod.ts";
import { STATUS_CODE } from "@std/http/status";
import {
  between,
  errorText,
  firedWithin,
  keepTouched,
  registerWatchdog,
  signalOnce,
} from "../../agent/mod.ts";
import { intItem } from "../../topics/mod.ts";
import type { ControllerAccess, ControllerCertsDeps, ControllerCertsTask } from "../parts.ts";
import { healControllerCerts } from "./heal_checkpoint.ts";
import { openControllerCertTopic } from "./publish_controller_certs.ts";

const afterFailureSeconds = 120;
const taskName = "zedagentccerts";

/**
 * Heals the checkpoint, then fetches until the device ends. Nothing but a trigger shortens the wait, and a failed fetch
 * triggers nothing (W8).
 * @throws {PubsubError} `owned`, `io`: `ControllerCert` can't be opened
 */
export function startControllerCertsTask(
  access: ControllerAccess,
  deps: ControllerCertsDeps,
): ControllerCertsTask {
  const { device } = access;
  healControllerCerts(device);
  const topic = openControllerCertTopic(device);
  const trigger = signalOnce();
  let lastFetchFailed = false;
  const publishStored = () => {
    const certs = access.client.controllerCerts();
    if (certs !== undefined) topic.publish(certs);
  };

  const loop = async () => {
    for (let iteration = 0; !device.signal.aborted; iteration++) {
      const outcome = await fetchControllerCerts(access, iteration);
      if (outcome === "aborted") return;
      lastFetchFailed = outcome === "failed";
      if (!lastFetchFailed) publishStored();
      if (outcome === "changed") deps.onArrived();
      const seconds = lastFetchFailed ? afterFailureSeconds : intItem(access.items(), "timer.cert.interval");
      await firedWithin(device, trigger, between(device.random, 0.3, 1) * seconds * 1000);
    }
  };

  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  loop();
  return {
    trigger: () => trigger.fire(),
    publishStored,
    setReferencedHashes: (hashes) => topic.setReferencedHashes(hashes),
    get lastFetchFailed() {
      return lastFetchFailed;
    },
  };
}

type FetchOutcome = "changed" | "same" | "failed" | "aborted";

async function fetchControllerCerts(access: ControllerAccess, iteration: number): Promise<FetchOutcome> {
  const { device, client } = access;
  try {
    const url = urlPathString(access.server(), "", "certs");
    const result = await client.sendOnAllIntf(url, undefined, { signal: device.signal, iteration });
    if (device.signal.aborted) return "aborted";
    const problem = result.error ?? validateProtoContentType(result);
    if (problem !== undefined) throw problem;
    if (result.httpStatus !== STATUS_CODE.OK) {
      throw new TypeError(`${result.reqURL}: expected status 200, got ${result.httpStatus}`);
    }
    return client.acceptControllerCerts(result.contents).changed ? "changed" : "same";
  } catch (error) {
    device.log.error(
      `controller certificates: ${errorText(error)}; those in force stay, asking again within 2 minutes`,
    );
    return "failed";
  }
}
