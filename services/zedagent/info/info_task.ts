/** Reports the device to the controller: on changes, periodically, and again until it is delivered (`spec/zedagent.md §14`). */
import { createHash } from "node:crypto";
import { info } from "../../../proto/device.ts";
import { urlPathString } from "../../../controllerconn/mod.ts";
import { retryAfterOf } from "../../../controllerconn/retry/mod.ts";
import {
  between,
  type Device,
  errorText,
  every,
  isTpmInUse,
  keepTouched,
  openTimer,
  registerWatchdog,
} from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import { intItem } from "../../topics/mod.ts";
import type { ControllerAccess, InfoTask, ReportingDeps } from "../parts.ts";
import { deviceInfoMessage } from "./device_info.ts";
import { readDmi } from "./dmi.ts";
import { exists, hostFacts, readResolvConf } from "./host_facts.ts";
import { type InfoEffect, type InfoEvent, infoStep, initialInfo, sendOutcome } from "./info_state.ts";
import { followInfoTopics, type InfoTopics } from "./info_topics.ts";
import { systemAdapterInfo } from "./system_adapter.ts";

const taskName = "zedagentdevinfo";

/** Runs until the device ends; the first report is what the first request or topic asks for. */
export function startInfo(access: ControllerAccess, deps: ReportingDeps): InfoTask {
  const { device } = access;
  let state = initialInfo;
  const timer = openTimer(device);
  let iteration = 0;

  const send = (event: InfoEvent) => {
    if (device.signal.aborted) return;
    const step = infoStep(state, event);
    state = step.state;
    for (const effect of step.effects) perform(effect);
  };

  const perform = (effect: InfoEffect) => {
    switch (effect.kind) {
      case "send":
        sendReport();
        return;
      case "retry-in":
        return startTimer(between(device.random, effect.lowMs, effect.highMs));
      case "cancel-timer":
        timer.cancel();
        return;
      case "log":
        device.log[effect.level](effect.text);
    }
  };

  const topics = followInfoTopics(device, () => send({ kind: "request" }));

  const sendReport = async () => {
    try {
      const body = await buildMessage(access, deps, topics);
      const url = urlPathString(access.server(), access.devUUID(), "info");
      const { error, httpStatus, headers } = await access.client.sendOnAllIntf(url, body, {
        signal: device.signal,
        iteration: iteration++,
        bailOnHTTPErr: true,
      });
      const outcome = sendOutcome(httpStatus, error === undefined);
      const retryAfterMs = error === undefined ? undefined : retryAfterOf(headers, device.clock.now());
      send({ kind: "sent", outcome, reason: error?.message ?? "", retryAfterMs });
    } catch (error) {
      send({ kind: "sent", outcome: "no-answer", reason: errorText(error) });
    }
  };

  const startTimer = (ms: number) => timer.set(ms, () => send({ kind: "retry-timer" }));

  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  every(
    device,
    () => between(device.random, 0.8, 1.2) * intItem(access.items(), "timer.deviceinfo.interval") * 1000,
    () => send({ kind: "request" }),
  );
  return {
    requestDeviceInfo: () => send({ kind: "request" }),
    publishAll: () => send({ kind: "publish-all" }),
  };
}

async function buildMessage(
  access: ControllerAccess,
  { report }: ReportingDeps,
  topics: InfoTopics,
): Promise<Uint8Array> {
  const { device } = access;
  const dmi = await readDmi(device);
  const status = topics.status();
  const portConfigs = topics.portConfigs();
  return deviceInfoMessage({
    devUUID: access.devUUID(),
    now: device.clock.now(),
    host: hostFacts(device),
    dmi,
    resolvConf: readResolvConf(device),
    shaRootCa: rootCertificateHash(device),
    hsmStatus: hsmStatus(device),
    hardwareWatchdog: exists("/dev/watchdog"),
    remoteAccessDisabled: exists(`${device.paths.config}/remote_access_disabled`) ?? false,
    systemAdapter: portConfigs === undefined
      ? undefined
      : systemAdapterInfo(portConfigs, access.networkStatus(), topics.usages()),
    attestation: { state: status?.AttestState ?? 0, error: status?.AttestError ?? "" },
    node: topics.node(),
    partitions: topics.partitions(),
    vaults: topics.vaults(),
    apps: topics.apps(),
    wwan: topics.modems(),
    report,
  });
}

function rootCertificateHash(device: Device): Uint8Array | undefined {
  try {
    const bytes = readFileIfPresent(device.paths.rootCertificate);
    return bytes === undefined ? undefined : createHash("sha256").update(bytes).digest();
  } catch (error) {
    device.log.warn(`the hash of the root certificate is not reported: ${errorText(error)}`);
    return undefined;
  }
}

/** As in EVE: no TPM device, a TPM that the device's key is in, or one that is not used. */
function hsmStatus(device: Device): info.HwSecurityModuleStatus {
  const { UNKNOWN, NOTFOUND, DISABLED, ENABLED } = info.HwSecurityModuleStatus;
  if (isTpmInUse(device.paths)) return ENABLED;
  switch (exists("/dev/tpmrm0")) {
    case true:
      return DISABLED;
    case false:
      return NOTFOUND;
    case undefined:
      return UNKNOWN;
  }
}
