/** What each HTTP status of `/register` and `/uuid` means, and what the LED shows then (`docs/spec/client.md §6.2, 7.3`). */
import { STATUS_CODE } from "@std/http/status";
import { LedBlink } from "../topics/mod.ts";
import { type FailureReason, reasonLeds } from "./failure_reason.ts";

/** How the controller took a request. */
export type Verdict =
  /** Done: need not be sent again in this run. */
  | "success"
  /** Serial and onboarding certificate already belong to a device; `/uuid` may work all the same. */
  | "conflict"
  /** The controller knows who asks and says no, or can't make sense of the request. */
  | "refused"
  /** The controller is there but does not answer the question now. */
  | "busy"
  /** Nobody answered. */
  | "unreachable";

/** A verdict, and the blink code to show; no code leaves the LED as it is. `retryAfterMs`: what the answer asked for. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly led?: number;
  /** Where the failure has a name. */
  readonly reason?: FailureReason;
  readonly retryAfterMs?: number;
}

const connected = LedBlink.Connected;
const failure = LedBlink.OnboardingFailure;
const named = (reason: FailureReason) => ({ reason, led: reasonLeds[reason] });

/**
 * Meaning of an answer to `/register`.
 * @param httpStatus status of the answer, 0 if nobody answered
 */
export function registerOutcome(httpStatus: number): Outcome {
  switch (httpStatus) {
    case 0:
      return { verdict: "unreachable" };
    case STATUS_CODE.OK:
    case STATUS_CODE.Created:
      return { verdict: "success", led: connected };
    case STATUS_CODE.NotModified:
    case STATUS_CODE.Conflict:
      return { verdict: "conflict", ...named("conflict") };
    case STATUS_CODE.Forbidden:
      return { verdict: "refused", ...named("unknown-device") };
    case STATUS_CODE.ServiceUnavailable:
    case STATUS_CODE.TooManyRequests:
      return { verdict: "busy", led: connected };
  }
  if (httpStatus >= 500) return { verdict: "busy", led: failure };
  if (httpStatus >= 400) return { verdict: "refused", led: failure };
  return { verdict: "busy", led: connected };
}

/**
 * Meaning of an answer to `/uuid` by its status alone: `success` says that the body is worth looking at.
 * @param httpStatus status of the answer, 0 if nobody answered
 */
export function uuidOutcome(httpStatus: number): Outcome {
  switch (httpStatus) {
    case 0:
      return { verdict: "unreachable" };
    case STATUS_CODE.OK:
    case STATUS_CODE.Created:
      return { verdict: "success" };
    case STATUS_CODE.BadRequest:
    case STATUS_CODE.Unauthorized:
    case STATUS_CODE.Forbidden:
    case STATUS_CODE.NotFound:
      return { verdict: "refused", ...named("unknown-device") };
    case STATUS_CODE.TooManyRequests:
      return { verdict: "busy" };
  }
  if (httpStatus >= 500) return { verdict: "busy" };
  if (httpStatus >= 400) return { verdict: "refused" };
  return { verdict: "busy", led: connected };
}
