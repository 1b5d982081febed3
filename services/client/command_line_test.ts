import { assert, assertEquals, assertThrows } from "@std/assert";
import { AgentError, parseCommandLine } from "../agent/mod.ts";
import { clientOptions, commandLine } from "./command_line.ts";

function options(...args: string[]) {
  const parsed = parseCommandLine(commandLine, args);
  assert(parsed.kind === "run", JSON.stringify(parsed));
  return clientOptions(parsed.args);
}

Deno.test("operations in any order, repeated, or none; -r before them", () => {
  const none = { selfRegister: false, getUuid: false, retries: 0, setHostName: true };
  assertEquals(options(), none);
  assertEquals(options("getUuid", "selfRegister", "getUuid"), { ...none, selfRegister: true, getUuid: true });
  assertEquals(options("-d", "-r", "3", "getUuid"), { ...none, getUuid: true, retries: 3 });
  assertEquals(options("--root", "/tmp/x", "getUuid"), { ...none, getUuid: true, setHostName: false });
});

Deno.test("an unknown operation and a flag behind an operation are fatal, malformed flags are not understood", () => {
  assertThrows(() => options("ping"), AgentError, 'unknown operation "ping"');
  assertThrows(() => options("getUuid", "-r", "3"), AgentError, 'unknown operation "-r"');
  assertThrows(() => options("-r", "-3", "getUuid"), AgentError, "expected 0 or more");
  assertEquals(parseCommandLine(commandLine, ["-r", "x", "getUuid"]).kind, "error");
  assertEquals(parseCommandLine(commandLine, ["-o", "getUuid"]).kind, "error");
});

Deno.test("--help tells of operations and exit codes", () => {
  const parsed = parseCommandLine(commandLine, ["--help"]);
  assert(parsed.kind === "help");
  for (const part of ["selfRegister", "getUuid", "-r N", "exit codes:", "  0  ", "  1  ", "  2  "]) {
    assert(parsed.text.includes(part), part);
  }
});
