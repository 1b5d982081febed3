/**
 * An error that is found again is the old error: its time stays, so that nothing is published for it. Times that belong to the
 * text of an error are `ErrorTime` to `Error`, and `LastFailed` to `LastError`.
 */
import { zeroTime } from "../../topics/mod.ts";

const pairs = [["Error", "ErrorTime"], ["LastError", "LastFailed"]] as const;

type Members = Readonly<Record<string, unknown>>;

/** True if the time of an error stands somewhere inside. */
export function hasErrorTime(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasErrorTime);
  if (!isMembers(value)) return false;
  // Asked of every entry that is published: no lists of members are made for it.
  for (const name in value) {
    const member = value[name];
    if ((name === "ErrorTime" || name === "LastFailed") && member !== zeroTime) return true;
    if (typeof member === "object" && hasErrorTime(member)) return true;
  }
  return false;
}

/** `value` with the times of those errors that `old` has at the same place. */
export function withOldErrorTimes<T>(value: T, old: T): T {
  // A copy with the same members has the same type.
  return merged(value, old) as T;
}

function merged(value: unknown, old: unknown): unknown {
  if (Array.isArray(value)) {
    return Array.isArray(old) ? value.map((item, index) => merged(item, old[index])) : value;
  }
  if (!isMembers(value) || !isMembers(old)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) copy[name] = merged(member, old[name]);
  for (const [error, time] of pairs) {
    if (
      typeof value[error] === "string" && value[error] !== "" && value[error] === old[error] && time in old
    ) {
      copy[time] = old[time];
    }
  }
  return copy;
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}
