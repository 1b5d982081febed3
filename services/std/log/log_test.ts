/** The contract with `jsr:@std/log@0.224`: nothing here may fail when that is put in our module's place. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  BaseHandler,
  ConsoleHandler,
  getLevelByName,
  getLevelName,
  getLogger,
  type LevelName,
  Logger,
  LogLevels,
  LogRecord,
  setup,
} from "@std/log";

class Collecting extends BaseHandler {
  readonly lines: string[] = [];
  readonly records: LogRecord[] = [];
  readonly calls: string[] = [];
  override handle(record: LogRecord): void {
    this.records.push(record);
    super.handle(record);
  }
  log(msg: string): void {
    this.lines.push(msg);
  }
  override setup(): void {
    this.calls.push("setup");
  }
  override destroy(): void {
    this.calls.push("destroy");
  }
}

Deno.test("levels have the numbers and names of @std/log", () => {
  assertEquals({ ...LogLevels }, { NOTSET: 0, DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, CRITICAL: 50 });
  const names: LevelName[] = ["NOTSET", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"];
  for (const name of names) assertEquals(getLevelName(getLevelByName(name)), name);
});

Deno.test("a logger hands entries at or above its level to its handlers and returns the message", () => {
  const handler = new Collecting("NOTSET");
  const logger = new Logger("nim", "WARN", { handlers: [handler] });
  assertEquals(logger.info("below"), "below");
  assertEquals(logger.warn("at", 1, "two"), "at");
  assertEquals(logger.error("above"), "above");
  assertEquals(logger.critical("top"), "top");
  assertEquals(handler.lines, ["WARN at", "ERROR above", "CRITICAL top"]);
  const record = handler.records[0];
  assert(record instanceof LogRecord);
  assertEquals([record.msg, record.args, record.level, record.levelName, record.loggerName], [
    "at",
    [1, "two"],
    30,
    "WARN",
    "nim",
  ]);
  assert(record.datetime instanceof Date);
});

Deno.test("a function as message is called only where the entry is wanted", () => {
  const handler = new Collecting("NOTSET");
  const logger = new Logger("nim", "INFO", { handlers: [handler] });
  let calls = 0;
  const message = () => `call ${++calls}`;
  assertEquals(logger.debug(message), undefined);
  assertEquals(logger.info(message), "call 1");
  assertEquals(handler.lines, ["INFO call 1"]);
  assertEquals(calls, 1);
});

Deno.test("messages that are no strings become text", () => {
  const handler = new Collecting("NOTSET", { formatter: ({ msg }) => msg });
  const logger = new Logger("nim", "DEBUG", { handlers: [handler] });
  logger.debug(12);
  logger.debug(null);
  logger.debug(undefined);
  logger.debug(true);
  logger.debug(5n);
  logger.debug({ a: [1] });
  logger.debug(new Error("broken"));
  assertEquals(handler.lines.slice(0, 6), ["12", "null", "undefined", "true", "5", '{"a":[1]}']);
  assertStringIncludes(handler.lines[6] ?? "", "Error: broken");
});

Deno.test("level and levelName of loggers and handlers can be changed", () => {
  const handler = new Collecting("ERROR");
  const logger = new Logger("nim", "INFO", { handlers: [handler] });
  logger.warn("not yet");
  assertEquals(handler.level, LogLevels.ERROR);
  handler.level = LogLevels.WARN;
  logger.warn("now");
  handler.levelName = "NOTSET";
  logger.levelName = "DEBUG";
  logger.debug("and this");
  logger.level = LogLevels.CRITICAL;
  logger.error("no more");
  assertEquals([logger.levelName, logger.loggerName], ["CRITICAL", "nim"]);
  assertEquals(handler.levelName, "NOTSET");
  assertEquals(handler.lines, ["WARN now", "DEBUG and this"]);
  // @ts-expect-error: 15 is no level
  assertThrows(() => logger.level = 15, TypeError, "Invalid log level: 15");
});

Deno.test("setup names handlers and loggers, getLogger finds them", () => {
  const handler = new Collecting("DEBUG");
  setup({
    handlers: { collecting: handler },
    loggers: {
      default: { level: "DEBUG", handlers: ["collecting", "missing"] },
      zedagent: { handlers: ["collecting"] },
    },
  });
  try {
    getLogger().debug("one");
    getLogger("zedagent").debug("below INFO");
    getLogger("zedagent").info("two");
    getLogger("nobody").critical("has no handlers");
    assert(getLogger("nobody") === getLogger("nobody"));
    assertEquals(getLogger("nobody").levelName, "NOTSET");
    assertEquals(handler.lines, ["DEBUG one", "INFO two"]);
    assertEquals(handler.calls, ["setup"]);
  } finally {
    setup({});
  }
  assertEquals(handler.calls, ["setup", "destroy"]);
  assertEquals(getLogger().levelName, "INFO");
});

Deno.test("ConsoleHandler formats with colours unless told otherwise", () => {
  const record = new LogRecord({ msg: "text", args: [], level: LogLevels.WARN, loggerName: "nim" });
  assertEquals(new ConsoleHandler("INFO", { useColors: false }).format(record), "WARN text");
  assertEquals(new ConsoleHandler("INFO").format(record), "\x1b[33mWARN text\x1b[39m");
});
