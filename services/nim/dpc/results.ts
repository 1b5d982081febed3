/** How the outcome of a test enters `TestResults` of a port or a whole configuration (`spec/nim.md §5.5`). Pure. */
import { compareTimes, hasError, type TestResults } from "../../topics/mod.ts";

/** What is stored when a failure comes without text: an empty `LastError` would read as "no error". */
const NO_REASON = "failed, no reason given";

/**
 * After a success: `LastFailed` stays.
 * @param now Go time text
 * @param warning what works, but not as it should; none clears the old one
 */
export function recordSuccess<T extends TestResults>(results: T, now: string, warning = ""): T {
  return { ...results, LastSucceeded: now, LastError: "", LastWarning: warning };
}

/** After a failure: `LastSucceeded` stays. @param now Go time text */
export function recordFailure<T extends TestResults>(results: T, now: string, error: string): T {
  return { ...results, LastFailed: now, LastError: error === "" ? NO_REASON : error, LastWarning: "" };
}

/** Takes over a newer result; of the time that the newer one is not about, the later is kept. */
export function mergeResults<T extends TestResults>(old: T, newer: TestResults): T {
  const { LastFailed, LastSucceeded, LastError, LastWarning } = newer;
  return hasError(newer)
    ? { ...old, LastFailed, LastSucceeded: later(old.LastSucceeded, LastSucceeded), LastError, LastWarning }
    : { ...old, LastFailed: later(old.LastFailed, LastFailed), LastSucceeded, LastError, LastWarning };
}

function later(a: string, b: string): string {
  return compareTimes(a, b) >= 0 ? a : b;
}
