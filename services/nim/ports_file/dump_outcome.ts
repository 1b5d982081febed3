/** What an archive of a test is called. Pure. */
import type { PingResult } from "./ping_result.ts";

/** A controller that can't answer for now is not the network's fault. */
export function dumpOutcome(pings: Iterable<PingResult>): "ok" | "fail" {
  return [...pings].some(({ kind }) => kind !== "failed") ? "ok" : "fail";
}
