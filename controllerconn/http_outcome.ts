/** What an HTTP status code means to a sender (`spec/controllerconn.md §5.3, 7`). Pure. */
import { STATUS_CODE } from "@std/http/status";
import { SenderStatus } from "./sender_status.ts";

/** `delivered`: no error. `redirect` is refused like any other answer, but as its own kind of error. */
export type HttpOutcome = "delivered" | "redirect" | "refused";

const DELIVERED: ReadonlySet<number> = new Set([
  STATUS_CODE.OK,
  STATUS_CODE.Created,
  STATUS_CODE.NoContent,
  STATUS_CODE.NotModified,
]);

/** @param accept4xxErrors 400 to 499 count as delivered */
export function httpOutcome(code: number, accept4xxErrors: boolean): HttpOutcome {
  if (DELIVERED.has(code) || (accept4xxErrors && code >= 400 && code <= 499)) return "delivered";
  return code >= 300 && code <= 399 ? "redirect" : "refused";
}

/** The status that a refusal has for a send over all ports; undefined where the code has none of its own. */
export function statusOfCode(code: number): SenderStatus | undefined {
  switch (code) {
    case STATUS_CODE.ServiceUnavailable:
      return SenderStatus.SenderStatusUpgrade;
    case STATUS_CODE.NotFound:
    case STATUS_CODE.BadRequest:
      return SenderStatus.SenderStatusNotFound;
    case STATUS_CODE.Forbidden:
      return SenderStatus.SenderStatusForbidden;
    default:
      return undefined;
  }
}

/** Whether no further port is tried after this answer. */
export function endsPortLoop(code: number, bailOnHTTPErr: boolean): boolean {
  return code === STATUS_CODE.Forbidden || (bailOnHTTPErr && code >= 400 && code <= 599);
}
