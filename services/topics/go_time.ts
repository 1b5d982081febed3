/**
 * Go's `time.Time` in JSON: RFC 3339 text with up to nine fraction digits. It stays text, so that nanoseconds survive
 * (`spec/nim.md §5.2`: TimePriority is an identity); comparing is by instant (`spec/pubsub.md §5`).
 */
import { type GoType, mismatch } from "./go_type.ts";

/** Go's zero time, "never". */
export const zeroTime = "0001-01-01T00:00:00Z";
const lastTime = "9999-12-31T23:59:59.999999999Z";
const zeroSeconds = -62135596800;
const lastSeconds = 253402300799;

/** An instant: whole seconds since 1970 (negative before) and nanoseconds 0 … 999999999 after them. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** `time.Time`. `""` is refused, as Go does. */
export const goTimeType: GoType<string> = {
  zero: () => zeroTime,
  encode: (value) => parseTime(value) === undefined ? noTime(value) : `"${value}"`,
  decode(json) {
    if (json === null || json === zeroTime) return zeroTime;
    return typeof json === "string" && parseTime(json) !== undefined
      ? json
      : mismatch("an RFC 3339 time", json);
  },
  equal: (a, b) => a === b || compareTimes(a, b) === 0,
  isEmpty: () => false,
  wide: false,
  canonical: "in-utc",
};

function noTime(value: string): never {
  throw new TypeError(`expected an RFC 3339 time, got ${JSON.stringify(value)}`);
}

/** The instant of an RFC 3339 text; `undefined` if it is none. */
export function parseTime(text: string): Instant | undefined {
  if (text.length < 20 || text[10] !== "T") return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return undefined;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const zoneAt = text[19] === "." ? fractionEnd(text) : 19;
  const fraction = text.slice(20, Math.min(zoneAt, 29));
  const offset = zoneSeconds(text.slice(zoneAt));
  if (Number.isNaN(offset) || zoneAt === 20) return undefined;
  const local = new Date(0).setUTCFullYear(year, month - 1, day) / 1000 + hour * 3600 + minute * 60 + second;
  return { seconds: local - offset, nanoseconds: fraction === "" ? 0 : Number(fraction.padEnd(9, "0")) };
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function fractionEnd(text: string): number {
  let i = 20;
  while (text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57) i++;
  return i;
}

function zoneSeconds(zone: string): number {
  if (zone === "Z") return 0;
  if (zone.length !== 6 || zone[3] !== ":" || (zone[0] !== "+" && zone[0] !== "-")) return NaN;
  const [hours, minutes] = [digits(zone, 1, 3), digits(zone, 4, 6)];
  return hours <= 24 && minutes <= 59 ? (zone[0] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60) : NaN;
}

/** Below 0 if `a` is earlier, 0 if both are the same instant. A text that is no time counts as the zero time. */
export function compareTimes(a: string, b: string): number {
  const left = timeInstant(a);
  const right = timeInstant(b);
  return left.seconds - right.seconds || left.nanoseconds - right.nanoseconds;
}

/** The instant of a time; of a text that is none, the zero time's. */
export function timeInstant(text: string): Instant {
  return parseTime(text) ?? { seconds: zeroSeconds, nanoseconds: 0 };
}

/** True for "never", in any zone. */
export function isZeroTime(text: string): boolean {
  return text === zeroTime || compareTimes(text, zeroTime) === 0;
}

/** Milliseconds since 1970 (rounded down) of a time; of a text that is none, the zero time's. */
export function timeMs(text: string): number {
  const { seconds, nanoseconds } = timeInstant(text);
  return seconds * 1000 + Math.floor(nanoseconds / 1e6);
}

/** The text Go writes for `ms` milliseconds since 1970, in UTC; fractions of a millisecond are dropped. */
export function goTime(ms: number): string {
  const whole = Math.floor(ms);
  const seconds = Math.floor(whole / 1000);
  return goTimeOf({ seconds, nanoseconds: (whole - seconds * 1000) * 1e6 });
}

/** The text Go writes for an instant, in UTC, without trailing zeros; before year 1 or after 9999 the nearest there is. */
export function goTimeOf({ seconds, nanoseconds }: Instant): string {
  if (!(seconds >= zeroSeconds)) return zeroTime;
  if (seconds > lastSeconds) return lastTime;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (nanoseconds === 0) return `${text}Z`;
  let fraction = String(nanoseconds).padStart(9, "0");
  while (fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return `${text}.${fraction}Z`;
}
