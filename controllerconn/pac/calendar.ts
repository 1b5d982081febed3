/** `weekdayRange`, `dateRange`, `timeRange`: the PAC functions that ask for the time. */

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** A point in time as the functions compare it. */
interface CalendarTime {
  readonly weekday: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function calendarTime(now: number, inGMT: boolean): CalendarTime {
  const date = new Date(now);
  return inGMT
    ? {
      weekday: date.getUTCDay(),
      year: date.getUTCFullYear(),
      month: date.getUTCMonth(),
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    }
    : {
      weekday: date.getDay(),
      year: date.getFullYear(),
      month: date.getMonth(),
      day: date.getDate(),
      hour: date.getHours(),
      minute: date.getMinutes(),
      second: date.getSeconds(),
    };
}

/** The arguments without a `GMT` behind them, and the time in the zone that this chooses. */
function split(args: readonly string[], now: number): { values: string[]; time: CalendarTime } {
  const values = args.map((argument) => argument.toUpperCase());
  const inGMT = values.at(-1) === "GMT";
  if (inGMT) values.pop();
  return { values, time: calendarTime(now, inGMT) };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Both ends count; a range whose end is before its start goes round the week, the year or midnight. */
function isBetween(start: readonly number[], value: readonly number[], end: readonly number[]): boolean {
  const afterStart = compare(start, value) <= 0;
  const beforeEnd = compare(value, end) <= 0;
  return compare(start, end) <= 0 ? afterStart && beforeEnd : afterStart || beforeEnd;
}

/** `weekdayRange(day[, day][, "GMT"])`. @param now milliseconds since 1970 */
export function weekdayRange(args: readonly string[], now: number): boolean {
  const { values, time } = split(args, now);
  const days = values.map((value) => WEEKDAYS.indexOf(value));
  const [start, end = start] = days;
  if (start === undefined || end === undefined || days.length > 2 || days.includes(-1)) return false;
  return isBetween([start], [time.weekday], [end]);
}

type DatePart = "year" | "month" | "day";

/** From coarse to fine, the order in which dates compare. */
const DATE_PARTS: readonly DatePart[] = ["year", "month", "day"];

function datePart(text: string): readonly [DatePart, number] | undefined {
  const month = MONTHS.indexOf(text);
  if (month !== -1) return ["month", month];
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  if (value >= 1 && value <= 31) return ["day", value];
  return value > 31 ? ["year", value] : undefined;
}

function partialDate(texts: readonly string[]): Map<DatePart, number> | undefined {
  const parts = new Map<DatePart, number>();
  for (const text of texts) {
    const part = datePart(text);
    if (part === undefined || parts.has(part[0])) return undefined;
    parts.set(...part);
  }
  return parts.size === 0 ? undefined : parts;
}

/**
 * `dateRange(date[, date][, "GMT"])`, where a date is a day (1 to 31), a month (`JAN`), a year, or several of these, and
 * both dates name the same parts. Only the parts named are compared. @param now milliseconds since 1970
 */
export function dateRange(args: readonly string[], now: number): boolean {
  const { values, time } = split(args, now);
  const single = partialDate(values);
  const start = single ?? partialDate(values.slice(0, values.length / 2));
  const end = single ?? partialDate(values.slice(values.length / 2));
  if (start === undefined || end === undefined) return false;
  const named = DATE_PARTS.filter((part) => start.has(part));
  if (end.size !== named.length || !named.every((part) => end.has(part))) return false;
  const ofMap = (date: Map<DatePart, number>) => named.map((part) => date.get(part) ?? 0);
  return isBetween(ofMap(start), named.map((part) => time[part]), ofMap(end));
}

function timeOfDay(texts: readonly string[]): number[] | undefined {
  const limits = [23, 59, 59];
  const values = texts.map((text, index) =>
    /^\d{1,2}$/.test(text) && Number(text) <= (limits[index] ?? -1) ? Number(text) : NaN
  );
  return values.length === 0 || values.some(Number.isNaN) ? undefined : values;
}

/**
 * `timeRange(hour)`, `timeRange(h, h)`, `timeRange(h, m, h, m)`, `timeRange(h, m, s, h, m, s)`, each with or without
 * `"GMT"`. The hour, minute or second at the end is in the range as a whole: `timeRange(9, 17)` is true until 17:59:59.
 * @param now milliseconds since 1970
 */
export function timeRange(args: readonly string[], now: number): boolean {
  const { values, time } = split(args, now);
  const half = values.length === 1 ? 1 : values.length / 2;
  const start = timeOfDay(values.slice(0, half));
  const end = timeOfDay(values.slice(-half));
  if (start === undefined || end === undefined || !Number.isInteger(half)) return false;
  return isBetween(start, [time.hour, time.minute, time.second].slice(0, half), end);
}
