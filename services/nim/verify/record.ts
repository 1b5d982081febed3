/**
 * Results enter the current configuration and its ports (`spec/nim.md §5.5, 7.5, 9`). A time in the future, from before
 * the clock was set back, gives way: else a failure would still read as a success.
 */
import { compareTimes, goTime, type TestResults, timeMs } from "../../topics/mod.ts";
import { recordFailure, recordSuccess } from "../dpc/results.ts";
import { splitResults } from "../lps/split_results.ts";
import type { PortOutcome } from "../parts.ts";
import { currentOf } from "./state.ts";
import { change, changeCurrent, effectiveOf, type Turn } from "./turn.ts";

/** The whole configuration works. */
export function recordDPCSuccess(turn: Turn, warning = ""): Turn {
  const current = currentOf(turn.state);
  return current === undefined
    ? turn
    : changeCurrent(turn, recordSuccess(notInFuture(current, turn.now.time), turn.now.time, warning));
}

/** The whole configuration failed. */
export function recordDPCFailure(turn: Turn, error: string): Turn {
  const current = currentOf(turn.state);
  return current === undefined
    ? turn
    : changeCurrent(turn, recordFailure(notInFuture(current, turn.now.time), turn.now.time, error));
}

/**
 * What single ports showed; the others keep what they have. Results of a port that uses an override belong to the
 * override.
 * @param outcomes by interface name
 */
export function recordPorts(turn: Turn, outcomes: ReadonlyMap<string, PortOutcome>): Turn {
  const base = currentOf(turn.state);
  const effective = effectiveOf(turn);
  if (base === undefined || effective === undefined || outcomes.size === 0) return turn;
  const Ports =
    effective.dpc.Ports?.map((port) => withOutcome(port, outcomes.get(port.IfName), turn.now.time)) ??
      null;
  const split = splitResults(
    { dpc: { ...effective.dpc, Ports }, overridden: effective.overridden },
    { base, overrides: turn.state.overrides },
  );
  return change(changeCurrent(turn, split.base), { overrides: split.overrides });
}

/** The same failure on each of these ports. @param ports interface name → error */
export function recordPortErrors(turn: Turn, ports: ReadonlyMap<string, string>): Turn {
  return recordPorts(
    turn,
    new Map([...ports].map(([ifName, error]) => [ifName, { kind: "failure", error } as const])),
  );
}

function withOutcome<T extends TestResults>(port: T, said: PortOutcome | undefined, now: string): T {
  if (said === undefined) return port;
  const before = notInFuture(port, now);
  return said.kind === "success"
    ? recordSuccess(before, now, said.warning)
    : recordFailure(before, now, said.error);
}

function notInFuture<T extends TestResults>(results: T, now: string): T {
  const before = goTime(timeMs(now) - 1);
  const past = (time: string) => compareTimes(time, now) >= 0 ? before : time;
  return { ...results, LastFailed: past(results.LastFailed), LastSucceeded: past(results.LastSucceeded) };
}
