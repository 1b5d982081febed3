/** What the end of a send means to the queue (`spec/controllerconn.md §14.4`, step 3). Pure. */
import { STATUS_CODE } from "@std/http/status";
import { retryAfterOf } from "../retry/retry_after.ts";
import { SenderStatus } from "../sender_status.ts";
import type { SendResult } from "../types.ts";

/** How a send ended; `status` is what the handler is told. */
export type DeferredOutcome =
  | { readonly kind: "delivered" }
  /** Nobody answered, or something that is no controller: neither success nor 400 to 599, or a refusal of our client certificate. */
  | { readonly kind: "no-answer"; readonly status: SenderStatus }
  | {
    readonly kind: "refused";
    readonly status: SenderStatus;
    readonly code: number;
    /** The same item may be taken later. */
    readonly retriable: boolean;
    /** What the answer asked for, in milliseconds. */
    readonly retryAfterMs?: number;
  };

const retriableCodes: ReadonlySet<number> = new Set([
  STATUS_CODE.Unauthorized,
  STATUS_CODE.Forbidden,
  STATUS_CODE.ProxyAuthRequired,
  STATUS_CODE.RequestTimeout,
  STATUS_CODE.TooManyRequests,
]);

/** 401, 403, 407, 408, 429 and 500 to 599: an item is kept; any other 4xx: it is lost. */
export function isRetriable(code: number): boolean {
  return retriableCodes.has(code) || (code >= 500 && code <= 599);
}

/** Sorts a result into the cases of the table; a failure without a status of its own is 12. @param nowMs since 1970 */
export function deferredOutcome(
  result: Pick<SendResult, "error" | "status" | "lastHTTPStatusCode" | "headers">,
  nowMs: number,
): DeferredOutcome {
  const { SenderStatusNone, SenderStatusFailed } = SenderStatus;
  if (result.error === undefined && result.status === SenderStatusNone) return { kind: "delivered" };
  const status = result.status === SenderStatusNone ? SenderStatusFailed : result.status;
  const code = result.lastHTTPStatusCode;
  if (code < 400 || code > 599 || result.error?.kind === "client-cert") return { kind: "no-answer", status };
  const retryAfterMs = retryAfterOf(result.headers, nowMs);
  return {
    kind: "refused",
    status,
    code,
    retriable: isRetriable(code),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
