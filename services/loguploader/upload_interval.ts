/** How many seconds lie between two ticks of the upload schedule (`spec/loguploader.md §4.3`). */
import { delayRange, drawn } from "../../controllerconn/mod.ts";
import { longOutageRetry, slowestBase } from "./retry_policies.ts";

/** What the interval depends on. Times in seconds. */
export interface IntervalInputs {
  readonly fastUpload: boolean;
  /** How long `FailedToSend` has been set; `undefined` when it is not. */
  readonly failingForSec: number | undefined;
  /** Files waiting in both folders. */
  readonly left: number;
  /** Base of the interval in force. */
  readonly previousBase: number;
  /** Since the last 429; `undefined` when there was none. */
  readonly sinceTooManySec: number | undefined;
}

/** A base from the table and the seconds drawn around it. */
export interface UploadInterval {
  readonly base: number;
  readonly seconds: number;
}

/** The interval with `newlog.allow.fastupload`. */
export const fastInterval = 3;
/** Files from which on we speak of a backlog. */
export const backlogFiles = 5;
/** How long a 429 goes on doubling the base. */
export const tooManyMemorySec = 7200;
const longOutageSec = 1200;

/** @param random uniform in [0, 1) */
export function uploadInterval(inputs: IntervalInputs, random: () => number): UploadInterval {
  const { fastUpload, failingForSec, left, previousBase, sinceTooManySec } = inputs;
  const throttled = sinceTooManySec !== undefined && sinceTooManySec < tooManyMemorySec;
  if (fastUpload) {
    const base = throttled ? 10 : fastInterval;
    return { base, seconds: base };
  }
  if (failingForSec !== undefined && failingForSec > longOutageSec) {
    return { base: slowestBase, seconds: Math.floor(drawn(delayRange(longOutageRetry, 1), random) / 1000) };
  }
  let base = tableBase(left);
  if (throttled) base = Math.max(10, 2 * base);
  if (left >= backlogFiles && previousBase < base) base = previousBase;
  const low = Math.floor(base * 0.8);
  return {
    base,
    seconds: Math.floor(drawn({ lowMs: 1000 * low, highMs: 1000 * (2 * base - low) }, random) / 1000),
  };
}

function tableBase(left: number): number {
  if (left < backlogFiles) return slowestBase;
  if (left < 25) return 45;
  if (left < 50) return 30;
  if (left < 200) return 15;
  return left < 1000 ? 8 : 3;
}
