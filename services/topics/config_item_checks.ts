/** Which texts a string setting accepts (`spec/zedagent.md §7.4`). */
import { parseIP } from "./go_ip.ts";

/** Says what was expected, or nothing when the text is accepted. */
export type TextCheck = (text: string) => string | undefined;

/** Accepts everything. */
export const anyText: TextCheck = () => undefined;

/** A log level of agents: `none`, `all`, or a level name in any case. */
export const logLevel = namesInAnyCase(
  ["panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"],
  ["none", "all"],
);

/** A level of syslog and kernel messages. */
export const syslogLevel = oneOf(
  ..."none emerg alert crit critical err error warning warn notice info debug all".split(" "),
);

/** One of the given texts, exactly. */
export function oneOf(...texts: readonly string[]): TextCheck {
  return (text) =>
    texts.includes(text) ? undefined : `one of ${texts.map((each) => JSON.stringify(each)).join(", ")}`;
}

function namesInAnyCase(names: readonly string[], exact: readonly string[]): TextCheck {
  return (text) =>
    exact.includes(text) || names.includes(text.toLowerCase())
      ? undefined
      : `a log level (${[...exact, ...names].join(", ")})`;
}

const cronFields = [
  { name: "minute", low: 0, high: 59 },
  { name: "hour", low: 0, high: 23 },
  { name: "day of month", low: 1, high: 31 },
  { name: "month", low: 1, high: 12 },
  { name: "day of week", low: 0, high: 7 },
] as const;

/** Empty, or five cron fields of digits and `* / - ,` with numbers in range. */
export const cronText: TextCheck = (text) => {
  if (text === "") return undefined;
  const fields = text.trim().split(/\s+/);
  if (fields.length !== cronFields.length) return `five cron fields, not ${fields.length}`;
  const bad = cronFields.find(({ low, high }, index) => !isCronField(fields[index] ?? "", low, high));
  return bad && `a cron ${bad.name} from ${bad.low} to ${bad.high}`;
};

function isCronField(field: string, low: number, high: number): boolean {
  return field.split(",").every((part) => {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return false;
    const [from = low, to = from, step = 1] = match.slice(1).map((digits) =>
      digits === undefined ? digits : Number(digits)
    );
    return from >= low && to <= high && from <= to && step > 0;
  });
}

/** Empty or standard base64 with padding; line ends in it do not count, as in Go. */
export const base64Text: TextCheck = (text) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/[\r\n]/g, ""))
    ? undefined
    : "base64 text";

/** Empty or a file name without a folder. */
export const plainFileName: TextCheck = (text) =>
  text.includes("/") || text.includes("\0") || text === "." || text === ".."
    ? "a file name without a folder"
    : undefined;

/** Empty, a host, or a URL of the given scheme; a host of `https` is no IP address. */
export function probeEndpoint(scheme: "http" | "https"): TextCheck {
  return (text) => {
    if (text === "") return undefined;
    const url = URL.parse(text.includes("://") ? text : `${scheme}://${text}`);
    if (url === null || url.hostname === "") return `a host or a ${scheme} URL`;
    if (url.protocol !== `${scheme}:`) return `a URL that starts with ${scheme}://`;
    const address = parseIP(url.hostname.replace(/^\[|\]$/g, ""));
    return scheme === "https" && address !== undefined ? "a host name, not an IP address" : undefined;
  };
}
