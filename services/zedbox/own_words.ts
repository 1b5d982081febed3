/** What zedbox itself says when no program is picked: help, version, or what is wrong. */
import { type CommandLine, parseCommandLine, printText } from "../agent/mod.ts";
import { boxedPrograms } from "./choose.ts";

/** What `zedbox --help` says. */
export const commandLine: CommandLine = {
  program: "zedbox",
  usage: `PROGRAM [flags of the program]
Runs one of ${boxedPrograms.join(", ")}, or, with the word all, the five in one process.
A link to it by the name of a program is that program. zedbox PROGRAM --help tells more of each.`,
  flags: [],
  exitCodes: {
    0: "as the program says",
    1: "as the program says",
    2: "no known program is named, or a malformed command line",
  },
};

/** Prints and ends the process. */
export function endWithoutProgram(args: readonly string[]): never {
  const parsed = parseCommandLine(commandLine, args);
  const isAnswer = parsed.kind === "help" || parsed.kind === "version" || parsed.kind === "explain-retry";
  const known = [...boxedPrograms, "all"].join(", ");
  const text = parsed.kind === "run"
    ? `zedbox: expected one of ${known}, got ${JSON.stringify(parsed.args.operations[0] ?? "")}`
    : parsed.text;
  printText(isAnswer ? Deno.stdout : Deno.stderr, text);
  Deno.exit(isAnswer ? 0 : 2);
}
