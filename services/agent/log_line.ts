/** The text of one log entry: the JSON line that newlogd reads, or the form for a terminal. Pure. */
import type { Severity } from "./log_levels.ts";

/** One entry, ready to be written. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: Severity;
  readonly message: string;
  /** Agent name: newlogd looks the remote level up by it. */
  readonly source: string;
  readonly pid: number;
  readonly caller: Caller;
}

/** Where in our source an entry comes from. */
export interface Caller {
  /** Path below the source tree and line, e.g. `services/nim/dpc.ts:120`; `""` if unknown. */
  readonly file: string;
  readonly func: string;
}

/** RFC 3339 in UTC with nine digits after the point, as Go's `time.RFC3339Nano` of a time with nanoseconds. */
export function rfc3339Nano(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const nanoseconds = Math.floor((milliseconds - whole) * 1e6);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(nanoseconds).padStart(6, "0")}Z`;
}

/** memlogd drops what a line has beyond 8192 bytes, and newlogd can't read the rest as JSON (`spec/loguploader.md §11.1`). */
const longestLine = 8_191;

/**
 * One JSON object on one line, members as Go agents write them (`spec/loguploader.md §11.2`); no newline at
 * the end. A message that is too long for memlogd loses its end, and says so.
 */
export function jsonLine(entry: LogEntry): string {
  const { message } = entry;
  let line = jsonText(entry);
  for (
    let kept = message.length, size = bytesOf(line);
    size > longestLine && kept > 0;
    size = bytesOf(line)
  ) {
    kept = Math.floor(0.95 * kept * longestLine / size);
    const note = ` ... (${message.length - kept} characters more)`;
    line = jsonText({ ...entry, message: message.slice(0, kept) + note });
  }
  return line;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function jsonText(entry: LogEntry): string {
  return JSON.stringify({
    file: entry.caller.file,
    func: entry.caller.func,
    level: entry.level,
    msg: entry.message,
    pid: entry.pid,
    source: entry.source,
    time: rfc3339Nano(entry.time),
  });
}

const colours: Partial<Record<Severity, string>> = {
  panic: "\x1b[1;31m",
  fatal: "\x1b[1;31m",
  error: "\x1b[31m",
  warning: "\x1b[33m",
  debug: "\x1b[2m",
  trace: "\x1b[2m",
};

/**
 * For people at a terminal: time of day, level, agent, message. Control characters other than newline and tab
 * are shown as `\xNN`.
 */
export function terminalLine(entry: LogEntry): string {
  const time = new Date(Math.floor(entry.time)).toISOString().slice(11, 23);
  const colour = colours[entry.level];
  const level = entry.level.padEnd(7);
  const shown = colour === undefined ? level : `${colour}${level}\x1b[0m`;
  return `${time} ${shown} ${entry.source}: ${printable(entry.message)}`;
}

function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/**
 * The innermost frame of a V8 stack that is not of the logging itself.
 * @param skip tells of a file, as in {@linkcode Caller.file} without the line, that it is to be passed over
 */
export function callerOf(stack: string, skip: (file: string) => boolean): Caller {
  for (const line of stack.split("\n")) {
    const match = /^\s+at (?:(.+) \()?(?:async )?(\S+?):(\d+):\d+\)?$/.exec(line);
    const path = match?.[2];
    if (path === undefined) continue;
    const file = path.replace(/^.*?\/(?=(?:services|controllerconn|proto|scripts|tests)\/)/, "");
    if (skip(file)) continue;
    return { file: `${file}:${match?.[3]}`, func: functionName(match?.[1]) };
  }
  return { file: "", func: "" };
}

function functionName(text: string | undefined): string {
  return text?.replace(/^(?:async |new )+/, "").replace(/^Object\./, "").replace(/ \[as .*\]$/, "") ?? "";
}
