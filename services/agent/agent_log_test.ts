import { assert, assertEquals, assertMatch } from "@std/assert";
import { openLog, setLogLevel } from "./agent_log.ts";
import { parseLogLevel } from "./log_levels.ts";

function openCaptured(debug = false) {
  const lines: string[] = [];
  let broken = false;
  const log = openLog("nim", {
    debug,
    now: () => 1_767_607_200_000,
    terminal: false,
    write: (line) => {
      if (broken) throw new Error("EPIPE");
      lines.push(line);
    },
  });
  const levels = () => lines.splice(0).map((line) => JSON.parse(line).level);
  return { log, lines, levels, breakPipe: (value: boolean) => broken = value };
}

function all(log: ReturnType<typeof openLog>) {
  log.debug("d");
  log.info("i");
  log.warn("w");
  log.error("e");
  log.critical("c");
}

Deno.test("a logged line carries agent, number pid, EVE's severity and the place it came from", () => {
  const { log, lines } = openCaptured();
  log.warn("port eth0 has no address", 3);
  const line = lines[0] ?? "";
  assert(line.endsWith("}\n"));
  const entry = JSON.parse(line);
  assertEquals(Object.keys(entry), ["file", "func", "level", "msg", "pid", "source", "time"]);
  assertEquals([entry.level, entry.msg, entry.pid, entry.source], [
    "warning",
    "port eth0 has no address 3",
    Deno.pid,
    "nim",
  ]);
  assertMatch(entry.file, /^services\/agent\/agent_log_test\.ts:\d+$/);
  assertEquals(entry.time, "2026-01-05T10:00:00.000000000Z");
});

Deno.test("the level can be changed at run time, by EVE's names", () => {
  const { log, levels } = openCaptured();
  all(log);
  assertEquals(levels(), ["info", "warning", "error", "fatal"]);
  setLogLevel(log, "trace");
  all(log);
  assertEquals(levels(), ["debug", "info", "warning", "error", "fatal"]);
  setLogLevel(log, "error");
  all(log);
  assertEquals(levels(), ["error", "fatal"]);
  setLogLevel(log, "none");
  all(log);
  assertEquals(levels(), []);
  setLogLevel(log, "all");
  all(log);
  assertEquals(levels().length, 5);
});

Deno.test("-d holds against every config item", () => {
  const { log, levels } = openCaptured(true);
  setLogLevel(log, "none");
  all(log);
  assertEquals(levels().length, 5);
});

Deno.test("lines that can't be written end nothing; the next one tells how many", () => {
  const { log, lines, breakPipe } = openCaptured();
  breakPipe(true);
  log.info("one");
  log.info("two");
  breakPipe(false);
  log.info("three");
  log.info("four");
  assertEquals(lines.map((line) => JSON.parse(line).msg), ["2 log lines were lost", "three", "four"]);
});

Deno.test("level names are read in any case, others are none", () => {
  assertEquals(["WARN", "warning", "Trace", "none", "all", "emerg", "", "toString"].map(parseLogLevel), [
    "warning",
    "warning",
    "trace",
    "none",
    "all",
    undefined,
    undefined,
    undefined,
  ]);
});
