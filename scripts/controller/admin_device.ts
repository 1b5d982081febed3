/** `/admin/device/<uuid>` and below: one device's configuration, options and reports. @module */

import { STATUS_CODE } from "@std/http/status";
import { config, flowlog, hardwarehealth, info, metrics } from "../../proto/all.ts";
import { type AdminCall, AdminError, done, json } from "./admin_answer.ts";
import { showDevice, showMessage, showReceived, showRequest, showTime } from "./admin_json.ts";
import type { ReceivedLogFile } from "./device_reports.ts";
import { JsonObject } from "./json_object.ts";

const PROTOBUF = "application/x-proto-binary";

/** 404 for a device that is not there. */
export async function adminDevice(call: AdminCall): Promise<Response | undefined> {
  const { controller, request, path } = call;
  const [, uuid = "", what, ...rest] = path;
  const device = controller.devices().find((entry) => entry.uuid === uuid);
  if (device === undefined) throw new AdminError(STATUS_CODE.NotFound, `no device ${uuid}`);
  if (what === undefined) {
    if (request.method === "GET") return json(showDevice(device));
    if (request.method !== "DELETE") return undefined;
    controller.removeDevice(uuid);
    return done();
  }
  if (what === "config") return await deviceConfig(call, uuid);
  if (what === "options") return await deviceOptions(call, uuid);
  return request.method === "GET" ? await deviceReport(call, uuid, [what, ...rest].join("/")) : undefined;
}

async function deviceConfig({ controller, request }: AdminCall, uuid: string): Promise<Response | undefined> {
  if (request.method === "PUT") {
    const binary = request.headers.get("content-type") === PROTOBUF;
    const content: unknown = binary ? await request.bytes() : await request.json();
    if (typeof content !== "object" || content === null) throw new Error("an EdgeDevConfig was expected");
    const timestamp = new URL(request.url).searchParams.get("config_timestamp");
    const timestampMs = timestamp === null ? undefined : Number(timestamp);
    const version = controller.putConfig(uuid, content, timestampMs === undefined ? {} : { timestampMs });
    return json({ version });
  }
  if (request.method !== "GET") return undefined;
  const stored = controller.getConfig(uuid);
  if (stored === undefined) throw new AdminError(STATUS_CODE.NotFound, `device ${uuid} has no configuration`);
  if (request.headers.get("accept") !== PROTOBUF) return json(showMessage(config.EdgeDevConfig, stored));
  return new Response(config.EdgeDevConfig.encode(stored).finish(), {
    headers: { "Content-Type": PROTOBUF },
  });
}

async function deviceOptions(
  { controller, request }: AdminCall,
  uuid: string,
): Promise<Response | undefined> {
  if (request.method === "GET") return json(controller.deviceOptions(uuid));
  if (request.method !== "PUT") return undefined;
  const body = new JsonObject("", await request.json());
  const changed: Record<string, string> = {};
  for (const name of ["nonce", "integrityToken", "manufacturer", "productName"]) {
    const value = body.text(name);
    if (value !== undefined) changed[name] = value;
  }
  const attested = body.flag("attested");
  body.end();
  return json(
    controller.setDeviceOptions(uuid, { ...changed, ...(attested === undefined ? {} : { attested }) }),
  );
}

async function deviceReport({ controller }: AdminCall, uuid: string, what: string): Promise<Response> {
  const reports = controller.reports(uuid);
  const app = what.match(/^app\/([^/]+)\/logs$/)?.[1];
  if (app !== undefined) return json(showLogs(await reports.appLogs(app)));
  switch (what) {
    case "logs":
      return json(showLogs(await reports.logs()));
    case "app":
      return json(reports.apps());
    case "info":
      return json(showReceived(info.ZInfoMsg, await reports.info()));
    case "metrics":
      return json(showReceived(metrics.ZMetricMsg, await reports.metrics()));
    case "flowlogs":
      return json(showReceived(flowlog.FlowMessage, await reports.flows()));
    case "hardwarehealth":
      return json(showReceived(hardwarehealth.ZHardwareHealth, await reports.hardwareHealth()));
    case "certs":
      return json(reports.certs());
    case "requests":
      return json(controller.requests.filter((record) => record.uuid === uuid).map(showRequest));
    default:
      throw new AdminError(STATUS_CODE.NotFound, `nothing is kept under ${what}`);
  }
}

/** One item an entry, with what the file around it said. */
function showLogs(files: readonly ReceivedLogFile[]): unknown {
  return files.flatMap(({ at, entries, size: _size, ...origin }) => {
    return entries.map((entry) => ({ received: showTime(at), ...origin, entry }));
  });
}
