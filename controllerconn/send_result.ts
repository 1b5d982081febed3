/** The value that a send gives back (`spec/controllerconn.md §1.3`). Pure. */
import { ControllerConnError, type ControllerConnErrorKind, type SendAttempt } from "./error.ts";
import { describeAttempts, type Total, totalKind } from "./port_result.ts";
import { SenderStatus } from "./sender_status.ts";
import type { SendResult } from "./types.ts";

const MAX_ERROR_CONTENTS = 4096;
const EMPTY = new Uint8Array(0);

/** A send that came to no attempt. */
export function failedResult(reqURL: string, kind: ControllerConnErrorKind, message: string): SendResult {
  const error = new ControllerConnError(kind, message);
  return {
    reqURL,
    status: SenderStatus.SenderStatusNone,
    httpStatus: 0,
    headers: {},
    contents: EMPTY,
    lastHTTPStatusCode: 0,
    ifName: "",
    error,
  };
}

/** @param problems with the trusted roots, told with any error */
export function toResult(reqURL: string, total: Total, problems: readonly SendAttempt[]): SendResult {
  const { answer } = total;
  const code = answer?.code ?? 0;
  const body = answer?.body ?? EMPTY;
  const result = {
    reqURL,
    status: total.status,
    httpStatus: code,
    headers: answer?.headers ?? {},
    contents: total.delivered && code < 400 ? body : body.slice(0, MAX_ERROR_CONTENTS),
    lastHTTPStatusCode: code,
    ifName: total.ifName,
  };
  if (total.delivered) return result;
  const attempts = [...total.attempts, ...problems];
  const message = `All attempts to connect to ${reqURL} failed: ${describeAttempts(attempts)}`;
  return { ...result, error: new ControllerConnError(totalKind(total.attempts), message, attempts) };
}
