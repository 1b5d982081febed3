/** EVE's log levels and the levels of `@std/log` (`spec/zedagent.md §7.4`, `spec/loguploader.md §11.2`). */
import { type LevelName, LogLevels } from "@std/log";

/** What a config item may ask for. */
export type LogLevel = "none" | "panic" | "fatal" | "error" | "warning" | "info" | "debug" | "trace" | "all";

/** What a log line carries; newlogd knows no others. */
export type Severity = "panic" | "fatal" | "error" | "warning" | "info" | "debug" | "trace";

const thresholds: Record<LogLevel, LevelName | undefined> = {
  none: undefined,
  panic: "CRITICAL",
  fatal: "CRITICAL",
  error: "ERROR",
  warning: "WARN",
  info: "INFO",
  debug: "DEBUG",
  trace: "DEBUG",
  all: "DEBUG",
};

/** The level named by `text` in any case, `warn` included; `undefined` for any other text. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const name = text.trim().toLowerCase();
  if (name === "warn") return "warning";
  return isLogLevel(name) ? name : undefined;
}

function isLogLevel(name: string): name is LogLevel {
  return Object.hasOwn(thresholds, name);
}

/** The lowest `@std/log` level that passes; `undefined` where nothing does. */
export function thresholdOf(level: LogLevel): LevelName | undefined {
  return thresholds[level];
}

/** The agent severity of an `@std/log` level number. */
export function severityOf(level: number): Severity {
  if (level >= LogLevels.CRITICAL) return "fatal";
  if (level >= LogLevels.ERROR) return "error";
  if (level >= LogLevels.WARN) return "warning";
  if (level >= LogLevels.INFO) return "info";
  return "debug";
}
