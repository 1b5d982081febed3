/** What programs call. */
import type { BaseHandler } from "./handlers.ts";
import { getLevelByName, getLevelName, type LevelName, type LogLevel, LogLevels } from "./levels.ts";
import { LogRecord } from "./record.ts";

/** See {@linkcode Logger}. */
export interface LoggerOptions {
  handlers?: BaseHandler[];
}

/** Keeps TypeScript from taking a function for a message. */
export type GenericFunction = (...args: unknown[]) => unknown;

/**
 * Hands entries at or above its level to its handlers. Every call returns its message (a function's result, if
 * the function was called; below the level it is not called and the call returns `undefined`).
 */
export class Logger {
  handlers: BaseHandler[];
  #level: LogLevel;
  readonly #loggerName: string;

  constructor(loggerName: string, levelName: LevelName, options: LoggerOptions = {}) {
    this.#loggerName = loggerName;
    this.#level = getLevelByName(levelName);
    this.handlers = options.handlers ?? [];
  }

  get level(): LogLevel {
    return this.#level;
  }

  /** @throws {TypeError} for a number that is no level */
  set level(level: LogLevel) {
    try {
      this.#level = getLevelByName(getLevelName(level));
    } catch {
      throw new TypeError(`Invalid log level: ${level}`);
    }
  }

  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
  }

  get loggerName(): string {
    return this.#loggerName;
  }

  debug<T>(msg: () => T, ...args: unknown[]): T | undefined;
  debug<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  debug(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.DEBUG, msg, args);
  }

  info<T>(msg: () => T, ...args: unknown[]): T | undefined;
  info<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  info(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.INFO, msg, args);
  }

  warn<T>(msg: () => T, ...args: unknown[]): T | undefined;
  warn<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  warn(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.WARN, msg, args);
  }

  error<T>(msg: () => T, ...args: unknown[]): T | undefined;
  error<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  error(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.ERROR, msg, args);
  }

  critical<T>(msg: () => T, ...args: unknown[]): T | undefined;
  critical<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  critical(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.CRITICAL, msg, args);
  }

  #log(level: LogLevel, msg: unknown, args: unknown[]): unknown {
    if (this.level > level) return typeof msg === "function" ? undefined : msg;
    const value = typeof msg === "function" ? msg() : msg;
    const record = new LogRecord({ msg: asString(value), args, level, loggerName: this.loggerName });
    for (const handler of this.handlers) handler.handle(record);
    return value;
  }
}

function asString(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.stack ?? String(value);
  if (typeof value === "function") return "undefined";
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}
