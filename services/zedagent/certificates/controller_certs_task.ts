/** Fetches the controller's certificates: at the start, when asked to, and now and then (`spec/zedagent.md §12.1`). */
import {
  drawn,
  durationText,
  flexTicker,
  honouredMs,
  retryAfterOf,
  spread,
  urlPathString,
  validateProtoContentType,
} from "../../../controllerconn/mod.ts";
import { STATUS_CODE } from "@std/http/status";
import {
  errorText,
  firedWithin,
  keepTouched,
  registerWatchdog,
  retryDelay,
  runLogged,
  signalOnce,
} from "../../agent/mod.ts";
import { intItem } from "../../topics/mod.ts";
import { logFailedSend } from "../failed_send.ts";
import type { ControllerAccess, ControllerCertsDeps, ControllerCertsTask, LocAccess } from "../parts.ts";
import { controllerCertsRetry } from "../retry_policies.ts";
import { healControllerCerts } from "./heal_checkpoint.ts";
import { openControllerCertTopic } from "./publish_controller_certs.ts";

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
  const wake = signalOnce();
  let isWanted = false;
  let lastFetchFailed = false;
  const publishStored = () => {
    const certs = access.client.controllerCerts();
    if (certs !== undefined) topic.publish(certs);
  };

  const delayMs = (retryAfterMs?: number) =>
    lastFetchFailed
      ? retryDelay(device.random, controllerCertsRetry, 1, retryAfterMs)
      : drawn(spread(intItem(access.items(), "timer.cert.interval") * 1000, flexTicker), () =>
        device.random.next());
  /** A fetch is asked for, or due; another interval counts from the moment it is set. */
  const untilDue = async (firstMs: number) => {
    for (let ms = firstMs; await firedWithin(device, wake, ms) && !isWanted;) ms = delayMs();
    isWanted = false;
  };

  const loop = async () => {
    for (let iteration = 0; !device.signal.aborted; iteration++) {
      const { outcome, retryAfterMs } = await fetchControllerCerts(access, iteration);
      if (outcome === "aborted") return;
      lastFetchFailed = outcome === "failed";
      if (!lastFetchFailed) publishStored();
      if (outcome === "changed") await runLogged(device, deps.onArrived);
      const delay = delayMs(retryAfterMs);
      // A wait that the controller asked for is not cut short.
      const held = honouredMs(controllerCertsRetry, retryAfterMs) ?? 0;
      if (held > 0) await device.clock.sleep(held, device.signal);
      await untilDue(Math.max(1, delay - held));
    }
  };

  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  loop();
  return {
    trigger() {
      isWanted = true;
      wake.fire();
    },
    publishStored,
    setReferencedHashes: (hashes) => topic.setReferencedHashes(hashes),
    intervalChanged: () => wake.fire(),
    get lastFetchFailed() {
      return lastFetchFailed;
    },
  };
}

interface Fetched {
  readonly outcome: "changed" | "same" | "failed" | "aborted";
  /** What a refusal asked for. */
  readonly retryAfterMs?: number | undefined;
}

async function fetchControllerCerts(access: ControllerAccess, iteration: number): Promise<Fetched> {
  const { device, client } = access;
  let retryAfterMs: number | undefined;
  let hasFailedToSend = false;
  try {
    const url = urlPathString(access.server(), "", "certs");
    const result = await client.sendOnAllIntf(url, undefined, { signal: device.signal, iteration });
    if (device.signal.aborted) return { outcome: "aborted" };
    const problem = result.error ?? validateProtoContentType(result);
    hasFailedToSend = result.error !== undefined;
    if (hasFailedToSend) retryAfterMs = retryAfterOf(result.headers, device.clock.now());
    if (problem !== undefined) throw problem;
    if (result.httpStatus !== STATUS_CODE.OK) {
      throw new TypeError(`${result.reqURL}: expected status 200, got ${result.httpStatus}`);
    }
    return { outcome: client.acceptControllerCerts(result.contents).changed ? "changed" : "same" };
  } catch (error) {
    const { loc } = access;
    if (loc !== undefined && loc.url() !== "") {
      device.log.warn(`controller certificates: ${errorText(error)}; asking the LOC ${loc.url()}`);
      return await fetchFromLoc(access, loc, iteration, retryAfterMs);
    }
    const text = `controller certificates: ${errorText(error)}; those in force stay, asking again within ${
      durationText(Math.max(120_000, retryAfterMs ?? 0))
    }`;
    if (hasFailedToSend) logFailedSend(access, "error", text);
    else device.log.error(text);
    return { outcome: "failed", retryAfterMs };
  }
}

async function fetchFromLoc(
  { device }: ControllerAccess,
  loc: LocAccess,
  iteration: number,
  retryAfterMs: number | undefined,
): Promise<Fetched> {
  try {
    return { outcome: (await loc.fetchCerts(iteration)).changed ? "changed" : "same" };
  } catch (error) {
    if (device.signal.aborted) return { outcome: "aborted" };
    device.log.error(`controller certificates of the LOC: ${errorText(error)}; those in force stay`);
    return { outcome: "failed", retryAfterMs };
  }
}
