/** The command line of busctl: flags may stand anywhere between the words. Pure. */
import { type CommandLine, parseCommandLine, type ParsedCommandLine } from "../agent/arguments.ts";

/** What is asked for. */
export interface Request {
  readonly command: string;
  readonly words: readonly string[];
  /** `""` on a device. */
  readonly root: string;
  readonly json: boolean;
  readonly field: string | undefined;
  readonly dot: boolean;
  readonly svg: boolean;
}

/** See {@linkcode CommandLine}. */
export const busctl: CommandLine = {
  program: "busctl",
  usage: `COMMAND
Shows the bus: /run/<agent>/<topic>/<key>.json and /persist/status/<agent>/<topic>/<key>.json. Works on a live device, with
--root on any folder that holds run/ and persist/, also a copy. Never writes.

commands:
  ls [AGENT[/TOPIC]]      topics and keys: age, size, restart counter, owner (P: persistent)
  get AGENT/TOPIC [KEY]   the value; all keys as one object if there are several. "" is the empty key, "global" the empty agent
  watch [AGENT[/TOPIC[/KEY]]...]   one line for each changed field, until Ctrl-C
  graph [AGENT]           who publishes what to whom
  check                   every file against its topic; exit code 1 if anything is wrong`,
  flags: [
    { name: "json", help: "ls, watch, check: one JSON object a line; get: the file as it is" },
    {
      name: "field",
      value: "PATH",
      help: 'get: one member, e.g. Ports.0.IfName or GlobalSettings."timer.config.interval".IntValue',
    },
    { name: "dot", help: "graph: for Graphviz" },
    { name: "svg", help: "graph: a picture" },
  ],
  exitCodes: {
    0: "done; with check: nothing is wrong",
    1: "with check: something is wrong; otherwise: what was asked for is not there or can't be read",
    2: "the command line is malformed, or there is no bus",
  },
};

/** How many words each command takes, at least and at most. */
const words: Readonly<Record<string, readonly [number, number]>> = {
  ls: [0, 1],
  get: [1, 2],
  watch: [0, Infinity],
  graph: [0, 1],
  check: [0, 0],
};

/** Either a request, or a text to print. */
export type ParsedRequest =
  | { readonly kind: "run"; readonly request: Request }
  | Exclude<ParsedCommandLine, { readonly kind: "run" }>;

/** Reads a command line. Never throws. */
export function readCommandLine(args: readonly string[]): ParsedRequest {
  const found: string[] = [];
  let request = { root: "", json: false, dot: false, svg: false, field: undefined as string | undefined };
  for (let rest = args;;) {
    const parsed = parseCommandLine(busctl, rest);
    if (parsed.kind !== "run") return parsed;
    const { root, has, text, operations } = parsed.args;
    request = {
      root: root || request.root,
      json: request.json || has("json"),
      dot: request.dot || has("dot"),
      svg: request.svg || has("svg"),
      field: text("field") ?? request.field,
    };
    const [word, ...more] = operations;
    if (word === undefined) break;
    found.push(word);
    rest = more;
  }
  const [command = "", ...others] = found;
  const limits = words[command];
  if (limits === undefined) {
    return malformed(command === "" ? "a command is missing" : `no command "${command}"`);
  }
  if (others.length < limits[0]) return malformed(`${command} needs AGENT/TOPIC`);
  if (others.length > limits[1]) return malformed(`${command} takes at most ${limits[1]} words`);
  return { kind: "run", request: { command, words: others, ...request } };
}

function malformed(why: string): ParsedRequest {
  const usage = parseCommandLine(busctl, ["--help"]);
  return { kind: "error", text: `busctl: ${why}\n${usage.kind === "help" ? usage.text : ""}`.trimEnd() };
}
