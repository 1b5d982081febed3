/**
 * What an answer means for the file, its queue and the schedule: the "Recommended" column of `spec/loguploader.md §5.1`.
 * A file is blamed only for codes that speak of the file.
 */
import {
  failureClass,
  longestRetryAfterMs,
  retryAfterOf,
  type SendResult,
} from "../../controllerconn/mod.ts";

/** What came of offering one file. */
export type Outcome =
  /** 200, 201, 204, 304. */
  | "delivered"
  /** Nobody answered, or the answer says nothing about the file: 5xx, 408, 3xx, other 2xx. */
  | "unavailable"
  /** 401, 403, 407: the device is not let in. Nothing is wrong with the file. */
  | "forbidden"
  /** 429: too many requests. */
  | "throttled"
  /** 400, 404, 413, 415, 422 and every other 4xx: this file is not wanted. */
  | "rejected"
  /** We ended the send ourselves. */
  | "aborted";

/** @param result as `Client.sendOnAllIntf` gives it */
export function outcomeOf(result: Pick<SendResult, "httpStatus" | "lastHTTPStatusCode" | "error">): Outcome {
  switch (failureClass(result)) {
    case undefined:
      return "delivered";
    case "aborted":
      return "aborted";
    case "refused-final":
      return "rejected";
    case "refused-retriable":
      return refusalOf(result.httpStatus || result.lastHTTPStatusCode);
    default:
      return "unavailable";
  }
}

function refusalOf(status: number): Outcome {
  switch (status) {
    case 429:
      return "throttled";
    case 401:
    case 403:
    case 407:
      return "forbidden";
    default:
      return "unavailable";
  }
}

/**
 * The wait that an answer asks for in `Retry-After`, in milliseconds, at most {@linkcode longestRetryAfterMs}; 0 when there is none
 * or it can't be read.
 * @param wallNow milliseconds since 1970
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, wallNow: number): number {
  return Math.min(retryAfterOf(headers, wallNow) ?? 0, longestRetryAfterMs);
}

/** What the controller says of itself in the answer to a device file (`spec/loguploader.md §5`). */
export interface ServerReport {
  readonly cpuPercentage: number;
  readonly processDelayMsec: number;
}

/** `undefined` when the body is empty, `"garbage"` when it is something else than the report; both count as delivered. */
export function serverReport(contents: Uint8Array): ServerReport | "garbage" | undefined {
  const text = new TextDecoder().decode(contents).replace(/[\r\n]+$/, "");
  if (text === "") return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "garbage";
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "garbage";
  const cpu = "cpu_percentage" in json ? json.cpu_percentage : 0;
  const delay = "log_process_delay_msec" in json ? json.log_process_delay_msec : 0;
  if (typeof cpu !== "number" || typeof delay !== "number") return "garbage";
  // The fields of the Go agents are a float32 and a uint32: they could not read a larger number.
  if (!Number.isFinite(Math.fround(cpu)) || !(delay >= 0 && delay <= 0xffff_ffff)) return "garbage";
  return { cpuPercentage: cpu, processDelayMsec: Math.round(delay) };
}
