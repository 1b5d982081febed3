/** Where log entries go: the base of all handlers, and the one that writes to the console. */
import { getLevelByName, getLevelName, type LevelName, type LogLevel, LogLevels } from "./levels.ts";
import type { LogRecord } from "./record.ts";

/** Turns an entry into the text that {@linkcode BaseHandler.log} gets. */
export type FormatterFunction = (logRecord: LogRecord) => string;

/** See {@linkcode BaseHandler}. */
export interface BaseHandlerOptions {
  /** `LEVEL message` if absent. */
  formatter?: FormatterFunction;
}

/** Drops what is below its level, formats the rest and hands it to `log`. */
export abstract class BaseHandler {
  formatter: FormatterFunction;
  #level: LogLevel;

  constructor(levelName: LevelName, options?: BaseHandlerOptions) {
    this.#level = getLevelByName(levelName);
    this.formatter = options?.formatter ?? (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  get level(): LogLevel {
    return this.#level;
  }

  set level(level: LogLevel) {
    this.#level = level;
  }

  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
  }

  handle(logRecord: LogRecord): void {
    if (this.level > logRecord.level) return;
    this.log(this.format(logRecord));
  }

  format(logRecord: LogRecord): string {
    return this.formatter(logRecord);
  }

  abstract log(msg: string): void;

  setup(): void {}

  destroy(): void {}

  [Symbol.dispose](): void {
    this.destroy();
  }
}

/** See {@linkcode ConsoleHandler}. */
export interface ConsoleHandlerOptions extends BaseHandlerOptions {
  /** True if absent. */
  useColors?: boolean;
}

const colours: Record<number, (text: string) => string> = {
  [LogLevels.INFO]: (text) => `\x1b[34m${text}\x1b[39m`,
  [LogLevels.WARN]: (text) => `\x1b[33m${text}\x1b[39m`,
  [LogLevels.ERROR]: (text) => `\x1b[31m${text}\x1b[39m`,
  [LogLevels.CRITICAL]: (text) => `\x1b[1m\x1b[31m${text}\x1b[39m\x1b[22m`,
};

/** Writes with `console.log`. */
export class ConsoleHandler extends BaseHandler {
  #useColors: boolean;

  constructor(levelName: LevelName, options: ConsoleHandlerOptions = {}) {
    super(levelName, options);
    this.#useColors = options.useColors ?? true;
  }

  override format(logRecord: LogRecord): string {
    const text = super.format(logRecord);
    return this.#useColors ? this.applyColors(text, logRecord.level) : text;
  }

  applyColors(msg: string, level: number): string {
    return colours[level]?.(msg) ?? msg;
  }

  log(msg: string): void {
    // deno-lint-ignore no-console -- what the real ConsoleHandler promises
    console.log(msg);
  }
}
