/** Whether the next request is traced (`spec/controllerconn.md §12.2`). Pure. */
import { boolItem, type ConfigItemValueMap, intItem } from "../../topics/mod.ts";

/** What decides it. Times are milliseconds since 1970. */
export interface TraceQuestion {
  /** The settings; defaults where there are none. */
  readonly items: ConfigItemValueMap | undefined;
  /** The device has its UUID. */
  readonly isOnboarded: boolean;
  /** A new EVE is being tested (`NodeAgentStatus.UpdateInprogress`). */
  readonly updateInprogress: boolean;
  /** What the program asks of the network for a trace to be worth it. */
  readonly isNetworkFit: boolean;
  readonly now: number;
  /** When this program began. */
  readonly startedAt: number;
  /** When dumps of this kind were made or tried. */
  readonly dumpedAt: readonly number[];
}

/** @returns whether a trace is due now */
export function wantsTrace(question: TraceQuestion): boolean {
  const { items, now, startedAt } = question;
  const interval = traceIntervalMs(items, question.isOnboarded);
  if (!boolItem(items, "netdump.enable") || interval === 0 || !question.isNetworkFit) return false;
  const last = lastDump(question.dumpedAt, now);
  if (last === undefined || now - last >= interval) return true;
  return question.updateInprogress && last < startedAt;
}

/** Milliseconds; 0 = never. */
export function traceIntervalMs(items: ConfigItemValueMap | undefined, isOnboarded: boolean): number {
  const key = isOnboarded ? "netdump.topic.postonboard.interval" : "netdump.topic.preonboard.interval";
  return intItem(items, key) * 1000;
}

/**
 * The newest that does not lie in the future: a clock that was wrong once must not end all dumps, and the dump that follows
 * is then the newest one.
 */
export function lastDump(dumpedAt: readonly number[], now: number): number | undefined {
  return dumpedAt.filter((time) => time <= now).reduce<number | undefined>(
    (newest, time) => newest === undefined || time > newest ? time : newest,
    undefined,
  );
}
