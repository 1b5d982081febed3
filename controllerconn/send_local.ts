/** One request to an application on the device (`SendLocal`, `spec/controllerconn.md §13.1`): no proxy, no envelope. */
import { exchange } from "./connect/exchange.ts";
import { singleLimitMs, within } from "./deadline.ts";
import { ControllerConnError } from "./error.ts";
import { httpOutcome } from "./http_outcome.ts";
import { DIRECT } from "./proxy/proxy_choice.ts";
import { describeAttempt } from "./port_result.ts";
import type { SendingParts } from "./send_context.ts";
import { failedResult } from "./send_result.ts";
import { SenderStatus } from "./sender_status.ts";
import { statusOfFailure, type TransportFailure } from "./transport_failure.ts";
import type { TrustSet } from "./trust.ts";
import type { SendResult } from "./types.ts";

/** Options of a local request. */
export interface LocalRequestOptions {
  /** Ends the request with kind `aborted`. */
  readonly signal: AbortSignal;
  /** `Content-Type` of the body; none is sent without it. */
  readonly contentType?: string;
}

/** From where a local request goes out. */
export interface LocalSource {
  /** By which metrics and errors name it. */
  readonly ifName: string;
  /** An address of the device. */
  readonly sourceAddr: string;
}

/** Never throws. @param url with its scheme */
export async function sendLocal(
  parts: SendingParts,
  trust: TrustSet,
  url: string,
  { ifName, sourceAddr }: LocalSource,
  body: Uint8Array | undefined,
  { signal, contentType }: LocalRequestOptions,
): Promise<SendResult> {
  const { options, connections, now, monotonic, uuid, maxResponseBytes } = parts;
  const target = URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    const text = `${JSON.stringify(url)}: expected a URL with http or https; nothing is sent`;
    return failedResult(url, "resolve", text);
  }
  const started = monotonic();
  const limitMs = singleLimitMs(options.sendTimeoutMs());
  const key = { sourceAddr, proxy: "direct" };
  const result = await within(
    signal,
    limitMs,
    `no complete answer within ${limitMs} ms`,
    (signal) =>
      exchange({
        target,
        sourceAddr,
        proxy: DIRECT,
        servers: [],
        resolve: parts.resolve,
        dialTimeoutMs: options.dialTimeoutMs(),
        tls: { ca: trust.ca },
        headers: () => ({
          "X-Request-Id": uuid(),
          ...(contentType === undefined ? {} : { "Content-Type": contentType }),
        }),
        body,
        agent: connections.agent(
          target.protocol === "https:" ? { ...key, tls: { trust, identity: options.device } } : key,
        ),
        maxResponseBytes,
        signal,
      }, { now: now(), builtAt: options.builtAt }),
    "aborted",
  );
  if ("failure" in result) {
    if (!signal.aborted) options.metrics?.recordFailure(ifName, url, body?.length ?? 0, 0);
    return unanswered(url, ifName, sourceAddr, result.failure);
  }
  const { answer } = result;
  const outcome = httpOutcome(answer.code, false);
  const delivered = outcome === "delivered";
  if (delivered) {
    options.metrics?.recordSuccess(
      ifName,
      url,
      body?.length ?? 0,
      answer.body.length,
      monotonic() - started,
      false,
    );
  } else options.metrics?.recordFailure(ifName, url, body?.length ?? 0, answer.body.length);
  return {
    reqURL: url,
    status: SenderStatus.SenderStatusNone,
    httpStatus: answer.code,
    headers: answer.headers,
    contents: answer.body,
    lastHTTPStatusCode: answer.code,
    ifName,
    ...(delivered ? {} : {
      error: new ControllerConnError(
        outcome === "redirect" ? "redirect" : "http-status",
        `${url} answered ${answer.code}, expected 200, 201, 204 or 304`,
      ),
    }),
  };
}

function unanswered(url: string, ifName: string, sourceAddr: string, failure: TransportFailure): SendResult {
  const { kind, layer, text } = failure;
  const attempt = { kind, layer, ifName, sourceAddr, text };
  return {
    ...failedResult(url, kind, `${url}: ${describeAttempt(attempt)}`),
    status: statusOfFailure(kind, false) ?? SenderStatus.SenderStatusNone,
    ifName,
    error: new ControllerConnError(kind, `${url}: ${describeAttempt(attempt)}`, [attempt]),
  };
}
