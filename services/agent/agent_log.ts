/** The log of one agent: an `@std/log` logger that writes lines in EVE's form to standard error. */
import { BaseHandler, getLevelByName, Logger, LogLevels, type LogRecord } from "@std/log";
import { type LogLevel, severityOf, thresholdOf } from "./log_levels.ts";
import { callerOf, jsonLine, type LogEntry, terminalLine } from "./log_line.ts";
import { writeText } from "./print_text.ts";

/** See {@linkcode openLog}. */
export interface LogOptions {
  /** `-d`: everything is logged, whatever the config items say. */
  readonly debug: boolean;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** True for the form for people instead of JSON. */
  readonly terminal: boolean;
  /** Takes one line with its newline. @throws if it can't be written; the line is counted as lost then */
  readonly write: (line: string) => void;
}

/**
 * The logger of an agent; starts at `info`, or `trace` with `debug`. Nothing here looks into objects: what is
 * logged is the text it is given.
 */
export function openLog(agent: string, options: LogOptions): Logger {
  const handler = new AgentLogHandler(agent, options);
  const logger = new Logger(agent, "INFO", { handlers: [handler] });
  setLogLevel(logger, "info");
  return logger;
}

/** Changes what an agent's log lets through, at once. Without effect while `-d` holds. */
export function setLogLevel(log: Logger, level: LogLevel): void {
  for (const handler of log.handlers) {
    if (!(handler instanceof AgentLogHandler)) continue;
    log.level = handler.setLevel(level);
  }
}

/** The way to standard error; see {@linkcode LogOptions.write}. */
export function writeToStderr(line: string): void {
  writeText(Deno.stderr, line);
}

/** Formats and writes; counts lines that could not be written and tells of them with the next one that can. */
class AgentLogHandler extends BaseHandler {
  readonly #agent: string;
  readonly #options: LogOptions;
  #silent = false;
  #lost = 0;

  constructor(agent: string, options: LogOptions) {
    super("NOTSET");
    this.#agent = agent;
    this.#options = options;
  }

  /** @returns the `@std/log` level below which nothing needs to be made */
  setLevel(wanted: LogLevel) {
    const threshold = thresholdOf(this.#options.debug ? "trace" : wanted);
    this.#silent = threshold === undefined;
    return threshold === undefined ? LogLevels.CRITICAL : getLevelByName(threshold);
  }

  override handle(record: LogRecord): void {
    if (this.#silent) return;
    const entry: LogEntry = {
      time: this.#options.now(),
      level: severityOf(record.level),
      message: record.args.length === 0 ? record.msg : `${record.msg} ${record.args.map(String).join(" ")}`,
      source: this.#agent,
      pid: Deno.pid,
      caller: callerOf(new Error().stack ?? "", isLogging),
    };
    if (
      this.#lost > 0 &&
      this.#write({ ...entry, level: "warning", message: `${this.#lost} log lines were lost` })
    ) {
      this.#lost = 0;
    }
    if (!this.#write(entry)) this.#lost++;
  }

  #write(entry: LogEntry): boolean {
    try {
      this.#options.write(`${this.#options.terminal ? terminalLine(entry) : jsonLine(entry)}\n`);
      return true;
    } catch {
      return false;
    }
  }

  log(): void {}
}

function isLogging(file: string): boolean {
  return file.startsWith("services/std/log/") || file === "services/agent/agent_log.ts" ||
    file.includes("@std/log");
}
