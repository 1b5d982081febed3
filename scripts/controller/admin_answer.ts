/** What the handlers of the admin API are given and what they answer with. @module */

import { STATUS_CODE, type StatusCode } from "@std/http/status";
import { showBytes } from "./admin_json.ts";
import type { Controller } from "./controller.ts";

/** What the caller did wrong: becomes the status with the message. */
export class AdminError extends Error {
  override name = "AdminError";

  constructor(readonly status: StatusCode, message: string) {
    super(message);
  }
}

/** A request and where it goes. */
export interface AdminCall {
  readonly controller: Controller;
  readonly request: Request;
  /** Below `/admin/`, split at the slashes. */
  readonly path: readonly string[];
}

/** undefined = no such method here. */
export type AdminAnswer = Response | undefined | Promise<Response | undefined>;

/** A JSON answer. */
export function json(value: unknown, status: StatusCode = STATUS_CODE.OK): Response {
  return new Response(JSON.stringify(value, showBytes), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

/** 200 without content. */
export function done(status: StatusCode = STATUS_CODE.OK): Response {
  return json({}, status);
}

/** PEM text in base64, as Adam takes certificates. */
export function pem(base64: string | undefined, member: string): string {
  if (base64 === undefined) {
    throw new AdminError(STATUS_CODE.BadRequest, `${member}: base64 of a PEM text is missing`);
  }
  return new TextDecoder().decode(Uint8Array.fromBase64(base64));
}

/** A complaint. */
export function text(status: StatusCode, message: string): Response {
  return new Response(`${message}\n`, { status });
}
