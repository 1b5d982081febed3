/** One message of attestation: sent over the ports, its envelope verified (`spec/zedagent.md §13`). */
import {
  durationText,
  honouredMs,
  retryAfterOf,
  scheduleMs,
  SenderStatus,
  type SendResult,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import type { ControllerAccess } from "../parts.ts";
import { attestRetry } from "../retry_policies.ts";

/** What the answers lead to besides the next state. */
export interface AttestRequestDeps {
  requestCerts(): void;
  onNotFound(): void;
}

/** The verified payload of the answer, or why there is none. */
export type AttestAnswer =
  | { readonly payload: Uint8Array }
  | {
    readonly kind: "request-failed";
    readonly reason: string;
    readonly retryAfterMs?: number;
    /** No answer, or a refusal; not so where an answer could not be verified. */
    readonly hasFailedToSend?: true;
    /** It could not be verified for want of the controller's certificates, which have been asked for. */
    readonly missesCertificates?: true;
  }
  /** The program ends. */
  | { readonly kind: "aborted" };

/** @returns a function that sends one request after the other, each beginning with another port of equal cost */
export function attestRequests(
  { device, client, server, devUUID }: Pick<ControllerAccess, "device" | "client" | "server" | "devUUID">,
  deps: AttestRequestDeps,
): (what: string, body: Uint8Array) => Promise<AttestAnswer> {
  let iteration = 0;
  return async (what, body) => {
    const url = urlPathString(server(), devUUID(), "attest");
    const result = await client.sendOnAllIntf(url, body, {
      signal: device.signal,
      iteration: iteration++,
      bailOnHTTPErr: true,
    });
    if (device.signal.aborted) return { kind: "aborted" };
    if (result.error !== undefined) {
      return refused(what, result, retryAfterOf(result.headers, device.clock.now()), deps);
    }
    const opened = client.removeAndVerifyAuthContainer(result.contents);
    if (opened.error === undefined) return { payload: opened.payload };
    const failure = failed(`${what}: ${opened.error.message}`);
    if (opened.status !== SenderStatus.SenderStatusCertMiss) return failure;
    deps.requestCerts();
    return { ...failure, missesCertificates: true };
  };
}

function refused(
  what: string,
  result: SendResult,
  retryAfterMs: number | undefined,
  deps: AttestRequestDeps,
): AttestAnswer {
  switch (result.status) {
    case SenderStatus.SenderStatusCertInvalid:
    case SenderStatus.SenderStatusCertMiss:
      deps.requestCerts();
      break;
    case SenderStatus.SenderStatusNotFound:
      deps.onNotFound();
  }
  return { ...failed(`${what}: ${result.error?.message ?? ""}`, retryAfterMs), hasFailedToSend: true };
}

function failed(reason: string, retryAfterMs?: number): Extract<AttestAnswer, { kind: "request-failed" }> {
  const planned = scheduleMs(attestRetry.schedule, 1);
  const about = durationText(Math.max(planned, honouredMs(attestRetry, retryAfterMs) ?? 0));
  return {
    kind: "request-failed",
    reason: `${reason}; trying again in ${about}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
