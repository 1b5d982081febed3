import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { explainRetry, localRetryPolicy } from "../../controllerconn/mod.ts";
import { type Arguments, type CommandLine, parseCommandLine } from "./arguments.ts";
import { versionText } from "./version.ts";

const client: CommandLine = {
  program: "client",
  usage: "[selfRegister] [getUuid]\nOnboards the device.",
  flags: [
    { name: "r", value: "N", integer: true, help: "bound on attempts" },
    { name: "ports", value: "FILE", help: "ports" },
    { name: "once", help: "once" },
  ],
  exitCodes: { 0: "onboarded", 1: "attempts exhausted, or a fatal error", 2: "malformed command line" },
};

function run(...args: string[]): Arguments {
  const parsed = parseCommandLine(client, args);
  if (parsed.kind !== "run") throw new Error(`${parsed.kind}: ${parsed.text}`);
  return parsed.args;
}

function error(...args: string[]): string {
  const parsed = parseCommandLine(client, args);
  assertEquals(parsed.kind, "error");
  return parsed.kind === "error" ? parsed.text : "";
}

Deno.test("flags come before operations, with one dash or two", () => {
  for (const form of [["-r", "3"], ["--r", "3"], ["-r=3"], ["--r=3"]]) {
    const args = run("-d", ...form, "--root", "/tmp/x", "selfRegister", "getUuid");
    assertEquals([args.debug, args.integer("r"), args.root], [true, 3, "/tmp/x"]);
    assertEquals(args.operations, ["selfRegister", "getUuid"]);
  }
  assertEquals(run("-root=/y", "-r", "-1").integer("r"), -1);
});

Deno.test("without flags nothing is set", () => {
  const args = run();
  assertEquals([args.root, args.debug, args.integer("r"), args.text("ports"), args.has("once")], [
    "",
    false,
    undefined,
    undefined,
    false,
  ]);
  assertEquals(args.operations, []);
  assertEquals(run("-once=false").has("once"), false);
  assertEquals(run("-once").has("once"), true);
  assertEquals(run("-ports", "-").text("ports"), "-");
});

Deno.test("a flag after an operation is an operation, as are numbers", () => {
  assertEquals(run("getUuid", "-r", "3").operations, ["getUuid", "-r", "3"]);
  assertEquals(run("--", "-r", "07").operations, ["-r", "07"]);
});

Deno.test("a flag that is on or off takes the words that Go takes, and no others", () => {
  for (const word of ["1", "t", "T", "true", "TRUE", "True"]) {
    assertEquals(run(`-d=${word}`).debug, true, word);
  }
  for (const word of ["0", "f", "F", "false", "FALSE", "False"]) {
    assertEquals(run(`--d=${word}`).debug, false, word);
  }
  for (const word of ["", "maybe", "yes", "2"]) {
    assertStringIncludes(error(`-d=${word}`), `invalid boolean value "${word}" for -d`);
  }
});

Deno.test("malformed flags are errors that name the flag and show the usage", () => {
  assertStringIncludes(error("-x"), "client: flag provided but not defined: -x");
  assertStringIncludes(error("--prots=1"), "flag provided but not defined: -prots");
  assertStringIncludes(error("-r"), "flag needs an argument: -r N");
  assertStringIncludes(error("-r", "many"), 'invalid value "many" for flag -r: expected a decimal integer');
  for (const word of ["---d", "-=x", "--=x"]) assertStringIncludes(error(word), `bad flag syntax: ${word}`);
  assertStringIncludes(error("--root", ""), "--root needs a folder");
  assertStringIncludes(error("-x"), "usage: client [flags] [selfRegister] [getUuid]");
});

Deno.test("--help tells flags and exit codes", () => {
  for (const flag of ["--help", "-h", "-help", "--h"]) {
    const parsed = parseCommandLine(client, [flag]);
    assertEquals(parsed.kind, "help");
    if (parsed.kind !== "help") continue;
    assertStringIncludes(
      parsed.text,
      "usage: client [flags] [selfRegister] [getUuid]\nOnboards the device.\n",
    );
    assertStringIncludes(parsed.text, "  -r N             bound on attempts\n");
    assertStringIncludes(parsed.text, "  --ports FILE     ports\n");
    assertStringIncludes(parsed.text, "  --root DIR       put DIR in front");
    assertStringIncludes(parsed.text, "  --explain-retry  print what is tried again");
    assertStringIncludes(parsed.text, "exit codes:\n  0  onboarded\n  1  attempts");
  }
});

Deno.test("--explain-retry prints the program's policies, or that there are none", () => {
  const retryPolicies = [localRetryPolicy({
    name: "watch",
    what: "watching",
    schedule: { kind: "fixed", ms: 5_000 },
    until: "never",
  })];
  const text = explainRetry(retryPolicies);
  assertEquals(parseCommandLine({ ...client, retryPolicies }, ["-explain-retry", "getUuid"]), {
    kind: "explain-retry",
    text,
  });
  const none = parseCommandLine(client, ["--explain-retry"]);
  assertEquals(none, { kind: "explain-retry", text: explainRetry([]) });
});

Deno.test("--version names program, project, runtime and architecture", () => {
  const parsed = parseCommandLine(client, ["--version"]);
  assertEquals(parsed, { kind: "version", text: versionText("client") });
  assertMatch(
    versionText("client"),
    /^client eve-comms \d+\.\d+\.\d+ \(deno \d+\.\d+\.\d+, (x86_64|aarch64)\)$/,
  );
});
