/** The header `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in one of the three forms of §5.6.7. Pure. */

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const time = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;
const dateForms = [
  String.raw`[a-z]{3}, (?<day>\d{2}) (?<month>[a-z]{3}) (?<year>\d{4}) ${time} GMT`,
  String.raw`[a-z]{6,9}, (?<day>\d{2})-(?<month>[a-z]{3})-(?<year>\d{2}) ${time} GMT`,
  String.raw`[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`, "i"));

/**
 * Milliseconds since 1970 of a date in a header; `undefined` for anything else, a day or an hour that does not exist
 * included.
 * @param nowMs for years of two digits: none lies more than 50 years ahead
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  const parts = dateForms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const number = (name: string) => Number(parts[name]);
  const month = months.indexOf((parts["month"] ?? "").toLowerCase());
  const [day, hour, minute, second] = [number("day"), number("hour"), number("minute"), number("second")];
  const at = (year: number) => Date.UTC(year, month, day, hour, minute, Math.min(second, 59));
  const year = parts["year"]?.length === 2 ? fullYear(number("year"), nowMs) : number("year");
  const exists = month >= 0 && new Date(at(year)).getUTCDate() === day && hour < 24 && minute < 60 &&
    second <= 60;
  return exists ? at(year) : undefined;
}

function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - thisYear % 100 + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}

/**
 * The wait that `Retry-After` asks for, in milliseconds: 0 for a date that has passed or a negative number, which
 * a policy raises to its floor; `undefined` for anything that can't be read. Not capped: that is the policy's.
 * @param nowMs the moment that a date is relative to, milliseconds since 1970
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = (header ?? "").trim();
  if (/^-?\d+$/.test(text)) return Math.max(0, 1000 * Number(text));
  const date = parseHttpDate(text, nowMs);
  return date === undefined ? undefined : Math.max(0, date - nowMs);
}

/**
 * The same out of an answer. A date is relative to the answer's own `Date`, so that a device whose clock is wrong waits
 * as long as the controller meant; without one, to our clock.
 * @param headers lower-case names, as in `SendResult`
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const answeredAt = parseHttpDate((headers["date"] ?? "").trim(), nowMs);
  return parseRetryAfter(headers["retry-after"], answeredAt ?? nowMs);
}
