/** What devices report: logs, info, metrics, flows, hardware health (`spec/device-api.md §6.8–6.12, 13.3`). @module */

import { flowlog, hardwarehealth, info, metrics } from "../../proto/all.ts";
import { type Answer, Refusal, refuseUnless } from "./answer.ts";
import type { JournalKind } from "./device_store.ts";
import { isUuid } from "./device_store.ts";
import { authenticate, type Exchange, type Handler } from "./exchange.ts";
import { type LogFileKind, readLogFile } from "./log_file.ts";
import type { Site } from "./site.ts";

/** 201 without a body. */
export const answerInfo: Handler = report(
  "info",
  201,
  "ZInfoMsg",
  (bytes) => info.ZInfoMsg.decode(bytes).devId,
);
/** 201 without a body. */
export const answerMetrics: Handler = report("metrics", 201, "ZMetricMsg", (bytes) => {
  return metrics.ZMetricMsg.decode(bytes).devID;
});
/** 201 without a body. */
export const answerFlowLog: Handler = report("flow_message", 201, "FlowMessage", (bytes) => {
  return flowlog.FlowMessage.decode(bytes).devId;
});
/** 200 without a body, as Adam. */
export const answerHardwareHealth: Handler = report("hardwarehealth", 200, "ZHardwareHealth", (bytes) => {
  return hardwarehealth.ZHardwareHealth.decode(bytes).dev_id;
});

/** `newlogs`: 201; 400 for anything but a log file of a device. */
export function answerNewLogs(site: Site, exchange: Exchange): Promise<Answer> {
  return storeLogs(site, exchange, "device");
}

/** `apps/instanceid/<app>/newlogs`: 201, the app need not exist; 400 also for a malformed app UUID. */
export function answerAppNewLogs(site: Site, exchange: Exchange): Promise<Answer> {
  return storeLogs(site, exchange, "app");
}

/** @param sender decodes the message and tells whom it says it is from */
function report(
  kind: JournalKind,
  status: number,
  message: string,
  sender: (bytes: Uint8Array) => string,
): Handler {
  return async (site, exchange) => {
    const { device, payload } = authenticate(site, exchange);
    const from = refuseUnless(400, `the payload is no ${message}`, () => sender(payload));
    if (site.settings.strict && from !== "" && from !== device.uuid) {
      throw new Refusal(400, `the ${message} is from ${from}, the envelope from ${device.uuid}`);
    }
    await site.devices.journal(device.uuid, kind).append(payload);
    return { status };
  };
}

async function storeLogs(site: Site, exchange: Exchange, kind: LogFileKind): Promise<Answer> {
  const { device, payload } = authenticate(site, exchange);
  const appUuid = exchange.route.appUuid ?? "";
  if (kind === "app" && !isUuid(appUuid)) throw new Refusal(400, `${appUuid} is no app UUID`);
  try {
    await readLogFile(payload, kind, site.settings.strict);
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
  const journal = kind === "app"
    ? site.devices.appLogs(device.uuid, appUuid)
    : site.devices.journal(device.uuid, "logs");
  await journal.append(payload);
  return { status: 201 };
}
