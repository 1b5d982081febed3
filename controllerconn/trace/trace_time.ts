/** The time forms of a trace file (`spec/controllerconn.md §12.1`). Pure. */
import type { TraceTime } from "./net_trace.ts";

/** A time that is not known. */
export const UNDEFINED: TraceTime = "undefined";

/** RFC 3339 in UTC, without zeros at the end of the fraction. @param ms since 1970 */
export function absoluteTime(ms: number): TraceTime {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, "Z");
}

/** The same for a text that the runtime made; `undefined` if it is no time. */
export function absoluteTimeOf(text: string): TraceTime {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? UNDEFINED : absoluteTime(ms);
}

/** `+123ms`. @param ms since the beginning */
export function relativeTime(ms: number): TraceTime {
  return `+${Math.max(0, Math.trunc(ms))}ms`;
}

/** `YYYYMMDD-HHMMSS` in local time. @param ms since 1970 */
export function sessionTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("");
  return `${date}-${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join("")}`;
}
