/** Loggers by name, as configured by `setup`. */
import { type BaseHandler, ConsoleHandler } from "./handlers.ts";
import type { LevelName } from "./levels.ts";
import { Logger } from "./logger.ts";

/** The level and the handlers (by name) of one logger. */
export interface LoggerConfig {
  level?: LevelName;
  handlers?: string[];
}

/** See {@linkcode setup}. */
export interface LogConfig {
  handlers?: { [name: string]: BaseHandler };
  loggers?: { [name: string]: LoggerConfig };
}

const defaults = {
  handlers: { default: new ConsoleHandler("INFO") },
  loggers: { default: { level: "INFO", handlers: ["default"] } },
} satisfies LogConfig;

const handlers = new Map<string, BaseHandler>();
const loggers = new Map<string, Logger>();

/** Replaces all handlers and loggers; `default` stays as it is unless given. */
export function setup(config: LogConfig): void {
  for (const handler of handlers.values()) handler.destroy();
  handlers.clear();
  for (const [name, handler] of Object.entries({ ...defaults.handlers, ...config.handlers })) {
    handler.setup();
    handlers.set(name, handler);
  }
  loggers.clear();
  const wanted: Record<string, LoggerConfig> = { ...defaults.loggers, ...config.loggers };
  for (const [name, { level, handlers: names }] of Object.entries(wanted)) {
    const own = (names ?? []).flatMap((handlerName) => handlers.get(handlerName) ?? []);
    loggers.set(name, new Logger(name, level ?? "INFO", { handlers: own }));
  }
}

/** The logger of that name, made without handlers if `setup` named none; without a name the default one. */
export function getLogger(name?: string): Logger {
  const wanted = name || "default";
  let logger = loggers.get(wanted);
  if (logger === undefined) {
    logger = new Logger(wanted, "NOTSET", { handlers: [] });
    loggers.set(wanted, logger);
  }
  return logger;
}

setup(defaults);
