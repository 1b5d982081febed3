/** One log entry on its way from a logger to its handlers. */
import { getLevelName, type LogLevel } from "./levels.ts";

/** What a {@linkcode LogRecord} is made of. */
export interface LogRecordOptions {
  msg: string;
  args: unknown[];
  level: LogLevel;
  loggerName: string;
}

/** Immutable; `args` and `datetime` are copies. */
export class LogRecord {
  readonly msg: string;
  readonly level: number;
  readonly levelName: string;
  readonly loggerName: string;
  #args: unknown[];
  #datetime: Date;

  constructor(options: LogRecordOptions) {
    this.msg = options.msg;
    this.level = options.level;
    this.levelName = getLevelName(options.level);
    this.loggerName = options.loggerName;
    this.#args = [...options.args];
    this.#datetime = new Date();
  }

  /** The arguments after the message. */
  get args(): unknown[] {
    return [...this.#args];
  }

  /** When the entry was made. */
  get datetime(): Date {
    return new Date(this.#datetime.getTime());
  }
}
