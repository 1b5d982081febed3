import { assert, assertEquals } from "@std/assert";
import { callerOf, jsonLine, rfc3339Nano, terminalLine } from "./log_line.ts";

const entry = {
  time: Date.UTC(2026, 0, 5, 10, 0, 0) + 123.456789,
  level: "info",
  message: 'text "quoted"\nand more',
  source: "loguploader",
  pid: 2221,
  caller: { file: "services/loguploader/upload.ts:120", func: "attempt" },
} as const;

Deno.test("a line is the JSON object that newlogd reads, on one line", () => {
  assertEquals(
    jsonLine(entry),
    '{"file":"services/loguploader/upload.ts:120","func":"attempt","level":"info","msg":"text \\"quoted\\"\\nand more",' +
      '"pid":2221,"source":"loguploader","time":"2026-01-05T10:00:00.123456787Z"}',
  );
});

Deno.test("a line never gets longer than memlogd takes; what was cut is told", () => {
  const line = (message: string) => jsonLine({ ...entry, message });
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const frame = bytes(line(""));
  const fits = "x".repeat(8_191 - frame);
  assertEquals(JSON.parse(line(fits)).msg, fits);
  for (const piece of ["x", "é", "\u0001", "😀", `"\\\n`]) {
    const message = piece.repeat(100_000);
    const cut = line(message);
    assert(bytes(cut) <= 8_191 && bytes(cut) > 6_000, `${bytes(cut)} bytes`);
    const [, kept, more] = /^([^]*) \.\.\. \((\d+) characters more\)$/.exec(JSON.parse(cut).msg) ?? [];
    assertEquals((kept ?? "").length + Number(more), message.length);
  }
});

Deno.test("times have nine digits after the point", () => {
  assertEquals(rfc3339Nano(0), "1970-01-01T00:00:00.000000000Z");
  assertEquals(rfc3339Nano(1_767_607_200_005), "2026-01-05T10:00:00.005000000Z");
  assertEquals(rfc3339Nano(999.5), "1970-01-01T00:00:00.999500000Z");
});

Deno.test("at a terminal a line starts with the time of day and control characters are harmless", () => {
  assertEquals(
    terminalLine({ ...entry, message: "a\x1b[2Jb\tc" }),
    "10:00:00.123 info    loguploader: a\\x1b[2Jb\tc",
  );
  assertEquals(
    terminalLine({ ...entry, level: "error", message: "x" }),
    "10:00:00.123 \x1b[31merror  \x1b[0m loguploader: x",
  );
});

Deno.test("the caller is the first frame outside the logging", () => {
  const stack = [
    "Error",
    "    at AgentLogHandler.handle (file:///work/main/services/agent/agent_log.ts:70:25)",
    "    at Logger.info (file:///work/main/services/std/log/logger.ts:9:9)",
    "    at async Runner.attempt [as run] (file:///tmp/deno-compile-nim/services/nim/dpc.ts:120:9)",
    "    at file:///work/main/services/nim/main.ts:3:1",
  ];
  const skip = (file: string) => file.startsWith("services/agent/") || file.startsWith("services/std/");
  assertEquals(callerOf(stack.join("\n"), skip), { file: "services/nim/dpc.ts:120", func: "Runner.attempt" });
  assertEquals(callerOf([stack[0], stack[4]].join("\n"), skip), { file: "services/nim/main.ts:3", func: "" });
  assertEquals(callerOf("Error\n    at <anonymous>", skip), { file: "", func: "" });
});
