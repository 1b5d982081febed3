/**
 * The command line, as Go's flag package reads it (`spec/client.md §1.1`): one or two dashes alike, `-r N` or
 * `-r=N`, flags end at the first word that is none. Pure.
 */
import { parseArgs } from "@std/cli/parse-args";
import type { RetryPolicy } from "../../controllerconn/mod.ts";
import { explainRetry } from "../../controllerconn/retry/explain_retry.ts";
import { AgentError } from "./error.ts";
import { helpText } from "./help_text.ts";
import { versionText } from "./version.ts";

/** One flag of a program. */
export interface Flag {
  /** Without dashes. */
  readonly name: string;
  /** What stands for its value in the help, e.g. `N` or `FILE`; a flag without one is on or off. */
  readonly value?: string;
  /** The value must be a decimal integer. */
  readonly integer?: boolean;
  readonly help: string;
}

/** What a program says of its command line. */
export interface CommandLine {
  /** Name of the executable, e.g. `client`. */
  readonly program: string;
  /** What follows `usage: <program> [flags] ` and, from the second line on, what the program does. */
  readonly usage: string;
  readonly flags: readonly Flag[];
  /** Exit code → when. */
  readonly exitCodes: Readonly<Record<number, string>>;
  /** What the program tries again, for `--explain-retry`; none by default. */
  readonly retryPolicies?: readonly RetryPolicy[];
}

/** A command line that was understood. */
export interface Arguments {
  /** As given; `""` without `--root`. */
  readonly root: string;
  /** `-d` */
  readonly debug: boolean;
  /** True where the flag was given (and not as `-flag=false`). */
  has(flag: string): boolean;
  text(flag: string): string | undefined;
  integer(flag: string): number | undefined;
  /** The words after the flags. */
  readonly operations: readonly string[];
}

/** What to do with a command line; `text` of an error belongs on standard error, exit code 2. */
export type ParsedCommandLine =
  | { readonly kind: "run"; readonly args: Arguments }
  | { readonly kind: "help" | "version" | "explain-retry"; readonly text: string }
  | { readonly kind: "error"; readonly text: string };

/** The flags of every program. */
export const commonFlags: readonly Flag[] = [
  {
    name: "root",
    value: "DIR",
    help: "put DIR in front of every device path (/config, /persist, /run, ...)",
  },
  { name: "d", help: "log everything, whatever the configuration says" },
  { name: "explain-retry", help: "print what is tried again, when, and until when" },
  { name: "help", help: "print this text" },
  { name: "version", help: "print the version" },
];

/** Reads a command line. Never throws. */
export function parseCommandLine(program: CommandLine, args: readonly string[]): ParsedCommandLine {
  try {
    const { flags, operations } = split([...program.flags, ...commonFlags], args);
    if (flags.has("help")) return { kind: "help", text: helpText(program, commonFlags) };
    if (flags.has("version")) return { kind: "version", text: versionText(program.program) };
    if (flags.has("explain-retry")) {
      return { kind: "explain-retry", text: explainRetry(program.retryPolicies ?? []) };
    }
    const root = flags.get("root");
    if (root === "") throw new AgentError("usage", "--root needs a folder, got an empty text");
    return {
      kind: "run",
      args: {
        root: typeof root === "string" ? root : "",
        debug: flags.has("d"),
        has: (flag) => flags.has(flag),
        text: (flag) => flags.get(flag)?.toString(),
        integer: (flag) => {
          const text = flags.get(flag);
          return text === undefined ? undefined : Number(text);
        },
        operations,
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "error", text: `${program.program}: ${reason}\n${helpText(program, commonFlags)}` };
  }
}

function split(known: readonly Flag[], args: readonly string[]) {
  const given: string[] = [];
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (/^(?:-=|--[-=])/.test(word)) throw new AgentError("usage", `bad flag syntax: ${word}`);
    const match = /^--?([^-=][^=]*)(=.*)?$/s.exec(word);
    if (match === null) break;
    const name = match[1] === "h" ? "help" : match[1];
    const flag = known.find((candidate) => candidate.name === name);
    if (flag === undefined) throw new AgentError("usage", `flag provided but not defined: -${name}`);
    let value = match[2];
    if (value === undefined && flag.value !== undefined) {
      const next = args[++index];
      if (next === undefined) throw new AgentError("usage", `flag needs an argument: -${name} ${flag.value}`);
      value = `=${next}`;
    } else if (value !== undefined && flag.value === undefined) {
      value = `=${isOn(name ?? "", value.slice(1))}`;
    }
    given.push(value === undefined || value === "=" ? `--${name}` : `--${name}${value}`);
  }
  if (args[index] === "--") index++;
  return { flags: flagValues(known, given), operations: args.slice(index) };
}

/** A flag without a value may be given one all the same, in the words of Go. */
function isOn(name: string, word: string): boolean {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(word)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(word)) return false;
  throw new AgentError("usage", `invalid boolean value "${word}" for -${name}: expected true or false`);
}

function flagValues(known: readonly Flag[], given: readonly string[]): Map<string, string | true> {
  const parsed = parseArgs(given, {
    boolean: known.filter((flag) => flag.value === undefined).map((flag) => flag.name),
    string: known.filter((flag) => flag.value !== undefined).map((flag) => flag.name),
  });
  const values = new Map<string, string | true>();
  for (const flag of known) {
    const value = parsed[flag.name];
    if (flag.value === undefined ? value === true : typeof value === "string") {
      values.set(flag.name, flag.value === undefined ? true : String(value));
    }
    if (flag.integer && typeof value === "string" && !/^-?\d{1,15}$/.test(value)) {
      throw new AgentError(
        "usage",
        `invalid value "${value}" for flag -${flag.name}: expected a decimal integer`,
      );
    }
  }
  return values;
}
