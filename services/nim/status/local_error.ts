/** What is wrong with a port before anything was sent over it (`spec/nim.md §12.2`, `§19 W14`). Pure. */
import { compareTimes, hasError, type NetworkPortStatus, type TestResults } from "../../topics/mod.ts";
import { recordFailure } from "../dpc/results.ts";
import type { StatusFacts } from "./facts.ts";

/**
 * A failure of the last test comes first. The same error keeps the time at which it was first seen, so that the status
 * changes once.
 */
export function withLocalError(
  { previous, now }: Pick<StatusFacts, "previous" | "now">,
  port: NetworkPortStatus,
  text: string,
): NetworkPortStatus {
  if (hasError(port)) return port;
  const before = (previous.Ports ?? []).find((other) => isSamePort(other, port));
  return recordFailure(port, firstSeen(before, port, text) ?? now, text);
}

function firstSeen(before: TestResults | undefined, port: TestResults, text: string): string | undefined {
  if (before === undefined || before.LastError !== text) return undefined;
  return compareTimes(before.LastFailed, port.LastSucceeded) > 0 ? before.LastFailed : undefined;
}

function isSamePort(a: NetworkPortStatus, b: NetworkPortStatus): boolean {
  return a.Logicallabel === b.Logicallabel && a.IfName === b.IfName;
}
