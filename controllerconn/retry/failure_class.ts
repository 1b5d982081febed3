/** Failures by what they mean for another try (`spec/controllerconn.md §14.4`, `spec/device-api.md §2.3`). Pure. */
import { STATUS_CODE } from "@std/http/status";
import type { ControllerConnErrorKind } from "../error.ts";
import type { SendResult } from "../types.ts";

/** See {@linkcode failureClass}. */
export type FailureClass =
  /** No port, no name, no connection, no answer in time. */
  | "no-answer"
  /** The server's certificate or TLS is not accepted. */
  | "untrusted"
  /** 401, 403, 407, 408, 429, 5xx: the controller may think differently later. */
  | "refused-retriable"
  /** Every other 4xx: the same request will be refused again. */
  | "refused-final"
  /** 3xx other than 304 (decisions.md 14). */
  | "redirect"
  /** An answer, but not what the endpoint must send. */
  | "bad-answer"
  /** Something on the device is missing or unusable: identity, trust roots, controller certificates. */
  | "identity"
  /** A file, folder, program or topic of the device. */
  | "local"
  /** We ended it ourselves. */
  | "aborted";

/** Each class in words. */
export const classText: Readonly<Record<FailureClass, string>> = {
  "no-answer": "no answer",
  "untrusted": "server not trusted",
  "refused-retriable": "refused for now (401, 403, 407, 408, 429, 5xx)",
  "refused-final": "refused (other 4xx)",
  "redirect": "redirected",
  "bad-answer": "unusable answer",
  "identity": "own identity or trust unusable",
  "local": "failure on the device",
  "aborted": "ended by ourselves",
};

/** Codes of 4xx after which the same request makes sense again. */
const retriable: ReadonlySet<number> = new Set([
  STATUS_CODE.Unauthorized,
  STATUS_CODE.Forbidden,
  STATUS_CODE.ProxyAuthRequired,
  STATUS_CODE.RequestTimeout,
  STATUS_CODE.TooManyRequests,
]);

/** `by-status`: the code of the answer decides. A new kind of error does not compile before it has its class. */
const classes: Readonly<Record<ControllerConnErrorKind, FailureClass | "by-status">> = {
  "no-port": "no-answer",
  "no-address": "no-answer",
  "no-link": "no-answer",
  "no-dns": "no-answer",
  "resolve": "no-answer",
  "refused": "no-answer",
  "unreachable": "no-answer",
  "reset": "no-answer",
  "timeout": "no-answer",
  "proxy-auth": "no-answer",
  "proxy-refused": "no-answer",
  "cert-expired": "untrusted",
  "cert-not-yet-valid": "untrusted",
  "cert-unknown-authority": "untrusted",
  "cert-wrong-name": "untrusted",
  "cert-weak-key": "untrusted",
  "cert-invalid": "untrusted",
  "tls-version": "untrusted",
  "tls-refused": "untrusted",
  "client-cert": "untrusted",
  "tls": "untrusted",
  "http-status": "by-status",
  "redirect": "redirect",
  "bad-answer": "bad-answer",
  "content-type": "bad-answer",
  "envelope": "bad-answer",
  "envelope-verify": "bad-answer",
  "cert-chain": "bad-answer",
  "cipher": "bad-answer",
  "no-controller-cert": "identity",
  "identity": "identity",
  "trust": "identity",
  "aborted": "aborted",
};

/** The class of an answer that was not taken, by its status alone. */
export function statusClass(httpStatus: number): FailureClass {
  if (httpStatus === 0) return "no-answer";
  if (httpStatus >= 500 && httpStatus <= 599) return "refused-retriable";
  if (httpStatus >= 400 && httpStatus <= 499) {
    return retriable.has(httpStatus) ? "refused-retriable" : "refused-final";
  }
  return httpStatus >= 300 && httpStatus <= 399 && httpStatus !== STATUS_CODE.NotModified
    ? "redirect"
    : "bad-answer";
}

/** The class of an error by its kind. @param httpStatus of the answer that decided, 0 if nobody answered */
export function errorClass(kind: ControllerConnErrorKind, httpStatus: number): FailureClass {
  const found = classes[kind];
  return found === "by-status" ? statusClass(httpStatus) : found;
}

/**
 * The class of a send that failed; `undefined` if it was delivered. An answer on any port decides over a later port
 * without one, as in `spec/controllerconn.md §14.4`.
 */
export function failureClass(
  { error, httpStatus, lastHTTPStatusCode }: Pick<SendResult, "error" | "httpStatus" | "lastHTTPStatusCode">,
): FailureClass | undefined {
  if (error === undefined) return undefined;
  const status = httpStatus || lastHTTPStatusCode;
  const byKind = errorClass(error.kind, status);
  return byKind === "no-answer" && status !== 0 ? statusClass(status) : byKind;
}
