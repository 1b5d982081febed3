/** Reports the device and what is on it to the controller: on changes and periodically, through the event queue (`spec/zedagent.md §14`). */
import { createHash } from "node:crypto";
import { info } from "../../../proto/device.ts";
import { urlPathString } from "../../../controllerconn/mod.ts";
import {
  between,
  type Device,
  errorText,
  isTpmInUse,
  keepTouched,
  registerWatchdog,
} from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import { equalBytes, intItem } from "../../topics/mod.ts";
import type { ControllerAccess, InfoTask, ReportingDeps } from "../parts.ts";
import { startNtpSources } from "../ntp/ntp_task.ts";
import { eventItemTypes, isAirgapped } from "../deferred/event_queue.ts";
import { deviceInfoContent, type DeviceInfoInputs, deviceInfoMessage } from "./device_info.ts";
import { readDmi } from "./dmi.ts";
import { exists, hostFacts, readResolvConf } from "./host_facts.ts";
import { followInfoTopics, type InfoTopics } from "./info_topics.ts";
import { startLocationInfo } from "./location_info_task.ts";
import { startObjectInfos } from "./object_info_task.ts";
import { systemAdapterInfo } from "./system_adapter.ts";
import { startTicker } from "./ticker.ts";

const taskName = "zedagentdevinfo";

/** Runs until the device ends; the first report is what the first request or topic asks for. */
export function startInfo(access: ControllerAccess, deps: ReportingDeps): InfoTask {
  const { device, events } = access;
  let wanted: "no" | "report" | "anew" = "no";
  let isBuilding = false;
  let last: { readonly key: string; readonly content: Uint8Array } | undefined;
  /** What is stored of persistent topics is told while they are opened. */
  let topics: InfoTopics | undefined = undefined;

  /** One report is made at a time; what is asked for meanwhile becomes one more. */
  const request = async (how: "report" | "anew") => {
    wanted = wanted === "anew" ? wanted : how;
    if (isBuilding || topics === undefined) return;
    isBuilding = true;
    while (wanted !== "no" && !device.signal.aborted) {
      const isAnew = wanted === "anew";
      wanted = "no";
      try {
        queue(await infoInputs(access, deps, topics), isAnew);
      } catch (error) {
        device.log.error(`device info: ${errorText(error)}; trying again when the next one is due`);
      }
    }
    isBuilding = false;
  };

  /** A report that says nothing new keeps the one that waits, and its delay. */
  const queue = (inputs: DeviceInfoInputs, isAnew: boolean) => {
    if (device.signal.aborted) return;
    const { devUUID: key } = inputs;
    const content = deviceInfoContent(inputs);
    const waiting = events.queued(key);
    const saysTheSame = last?.key === key && equalBytes(last.content, content);
    if (last !== undefined && last.key !== key) events.removeDeferred(last.key);
    last = { key, content };
    events.setDeferred({
      key,
      itemType: eventItemTypes.deviceInfo,
      url: urlPathString(access.server(), key, "info"),
      payload: waiting !== undefined && saysTheSame && !isAnew ? waiting : deviceInfoMessage(inputs),
      bailOnHTTPErr: true,
      suppressLogs: isAirgapped(access),
    });
  };

  topics = followInfoTopics(device, () => request("report"));
  if (wanted !== "no") request(wanted);
  const objects = startObjectInfos(access);
  const location = startLocationInfo(access);
  const ntp = startNtpSources(access);

  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  const ticker = startTicker(
    device,
    () => between(device.random, 0.8, 1.2) * intItem(access.items(), "timer.deviceinfo.interval") * 1000,
    () => void request("report"),
  );
  return {
    requestDeviceInfo: () => void request("report"),
    publishAll() {
      request("anew");
      objects.publishAll();
      location.publishAll();
      ntp.publishAll();
    },
    deviceInfoIntervalChanged: () => ticker.intervalChanged(),
    locationIntervalChanged: () => location.intervalChanged(),
  };
}

async function infoInputs(
  access: ControllerAccess,
  { report }: ReportingDeps,
  topics: InfoTopics,
): Promise<DeviceInfoInputs> {
  const { device } = access;
  const dmi = await readDmi(device);
  const status = topics.status();
  const portConfigs = topics.portConfigs();
  return {
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
  };
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
