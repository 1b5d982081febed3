/** What a ping over one port says about it (`spec/controllerconn.md §8, 11.3`, `spec/device-api.md §6.1`). Pure. */
import {
  type PortVerdict,
  retryAfterOf,
  SenderStatus,
  type SendResult,
} from "../../../controllerconn/mod.ts";
import type { TestResults } from "../../topics/mod.ts";
import { isNotReady } from "../connectivity/test_outcome.ts";
import { recordFailure, recordSuccess } from "../dpc/results.ts";

/** Outcome of one port. */
export type PingResult =
  | { readonly kind: "ok" }
  /**
   * `remote-temporary`: the port works; the controller does not, for now. `not-ready`: the port lacks an address or a name
   * server, or its address is not usable yet. `retryAfterMs`: what the answer asked for.
   */
  | {
    readonly kind: "remote-temporary" | "not-ready" | "failed";
    readonly text: string;
    readonly retryAfterMs?: number;
  };

/** Reads the outcome of a send. @param nowMs milliseconds since 1970 */
export function pingResult(result: SendResult, nowMs: number): PingResult {
  if (result.error === undefined) return { kind: "ok" };
  const text = result.error.message;
  const temporary = result.status === SenderStatus.SenderStatusRefused ||
    result.status === SenderStatus.SenderStatusCertInvalid ||
    (result.lastHTTPStatusCode >= 500 && result.lastHTTPStatusCode <= 511);
  const retryAfterMs = retryAfterOf(result.headers, nowMs);
  return {
    kind: temporary ? "remote-temporary" : isNotReady(result.error) ? "not-ready" : "failed",
    text,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/**
 * The port's results after a ping: a success keeps `LastFailed`, a failure keeps `LastSucceeded`. A remote-temporary
 * failure is a failure of the test too.
 * @param now Go time text
 */
export function testResultsAfter(old: TestResults, ping: PingResult, now: string): TestResults {
  return ping.kind === "ok" ? recordSuccess(old, now) : recordFailure(old, now, ping.text);
}

/** The same after a look at a port that was not pinged. @param now Go time text */
export function testResultsOf(old: TestResults, verdict: PortVerdict, now: string): TestResults {
  return verdict.kind === "failure"
    ? recordFailure(old, now, verdict.error)
    : recordSuccess(old, now, verdict.warning);
}
