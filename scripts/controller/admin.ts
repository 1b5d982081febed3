/**
 * The admin API: paths and most bodies as Adam's (`spec/device-api.md §13.2`), and more below `/admin` for tests:
 * `rotate`, `faults`, `requests`, `connections`. Answers are JSON.
 * @module
 */

import { STATUS_CODE } from "@std/http/status";
import { adminDevice } from "./admin_device.ts";
import { type AdminAnswer, type AdminCall, AdminError, done, json, pem, text } from "./admin_answer.ts";
import { showDevice, showRequest } from "./admin_json.ts";
import { parseRotate } from "./admin_rotate.ts";
import type { Controller } from "./controller.ts";
import { parseFaultProgram } from "./fault_json.ts";
import { JsonObject } from "./json_object.ts";

/** Answers one request; what is wrong with its body is 400. */
export async function answerAdmin(controller: Controller, request: Request): Promise<Response> {
  const [first, ...path] = new URL(request.url).pathname.split("/").slice(1);
  try {
    if (first !== "admin") throw new AdminError(STATUS_CODE.NotFound, "the admin API is below /admin");
    const answer = await route({ controller, request, path });
    return answer ?? text(STATUS_CODE.MethodNotAllowed, `${request.method} is not possible here`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return text(error instanceof AdminError ? error.status : STATUS_CODE.BadRequest, message);
  }
}

function route(call: AdminCall): AdminAnswer {
  switch (call.path[0]) {
    case "onboard":
      return adminOnboard(call);
    case "device":
      return call.path.length > 1 ? adminDevice(call) : adminDevices(call);
    case "options":
      return adminOptions(call);
    case "faults":
      return adminFaults(call);
    case "requests":
      return adminRequests(call);
    case "rotate":
      return adminRotate(call);
    case "connections":
      if (call.request.method !== "DELETE") return undefined;
      call.controller.closeConnections();
      return done();
    default:
      throw new AdminError(STATUS_CODE.NotFound, "no such path");
  }
}

async function adminOnboard({ controller, request, path }: AdminCall): Promise<Response | undefined> {
  const commonName = path[1];
  if (commonName === undefined) {
    if (request.method === "GET") return json(controller.onboard().map((entry) => entry.commonName));
    if (request.method !== "POST") return undefined;
    const body = new JsonObject("", await request.json());
    const serials = (body.text("Serial") ?? "").split(",").map((serial) => serial.trim()).filter((s) =>
      s !== ""
    );
    const { commonName: added } = controller.addOnboard(pem(body.text("Cert"), "Cert"), serials);
    return json({ commonName: added }, STATUS_CODE.Created);
  }
  const entry = controller.onboard().find((onboard) => onboard.commonName === decodeURIComponent(commonName));
  if (entry === undefined) {
    throw new AdminError(STATUS_CODE.NotFound, `no onboarding certificate ${commonName}`);
  }
  if (request.method === "GET") {
    return json({
      Cert: new TextEncoder().encode(entry.certPem).toBase64(),
      Serial: entry.serials.join(","),
    });
  }
  if (request.method !== "DELETE") return undefined;
  controller.removeOnboard(entry.commonName);
  return done();
}

async function adminDevices({ controller, request }: AdminCall): Promise<Response | undefined> {
  if (request.method === "GET") return json(controller.devices().map(({ uuid }) => uuid));
  if (request.method !== "POST") return undefined;
  const body = new JsonObject("", await request.json());
  const onboard = body.text("Onboard");
  const uuid = body.text("UUID");
  const device = controller.addDevice({
    certPem: pem(body.text("Cert"), "Cert"),
    serial: body.text("Serial") ?? "",
    ...(onboard === undefined ? {} : { onboardPem: pem(onboard, "Onboard") }),
    ...(uuid === undefined ? {} : { uuid }),
  });
  return json(showDevice(device), STATUS_CODE.Created);
}

async function adminOptions({ controller, request }: AdminCall): Promise<Response | undefined> {
  if (request.method === "PUT") {
    const body = new JsonObject("", await request.json());
    const strict = body.flag("strict");
    const enforceIntegrityToken = body.flag("enforceIntegrityToken");
    body.end();
    controller.setSettings({
      ...(strict === undefined ? {} : { strict }),
      ...(enforceIntegrityToken === undefined ? {} : { enforceIntegrityToken }),
    });
  } else if (request.method !== "GET") return undefined;
  return json(controller.settings());
}

async function adminFaults(
  { controller: { faults }, request, path }: AdminCall,
): Promise<Response | undefined> {
  if (request.method === "GET") return json(faults.list());
  if (request.method === "POST") {
    const { endpoint, fault } = parseFaultProgram(await request.json());
    return json({ id: faults.add(endpoint, fault) }, STATUS_CODE.Created);
  }
  if (request.method !== "DELETE") return undefined;
  if (path[1] === undefined) faults.clear();
  else if (!faults.remove(Number(path[1]))) throw new AdminError(STATUS_CODE.NotFound, `no fault ${path[1]}`);
  return done();
}

function adminRequests({ controller, request }: AdminCall): Response | undefined {
  if (request.method === "GET") return json(controller.requests.map(showRequest));
  if (request.method !== "DELETE") return undefined;
  controller.clearRequests();
  return done();
}

/** `POST /admin/rotate`, and `POST /admin/rotate/sign` after one with `signLater`. */
async function adminRotate({ controller, request, path }: AdminCall): Promise<Response | undefined> {
  if (request.method !== "POST") return undefined;
  if (path[1] === "sign") {
    controller.signWithListed();
    return done();
  }
  const body = await request.text();
  const leaf = await controller.rotate(parseRotate(body === "" ? {} : JSON.parse(body)));
  return json({ Cert: new TextEncoder().encode(leaf.certPem).toBase64() });
}
