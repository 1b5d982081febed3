/** The executable `zedbox`: all five programs, picked by the name it is called with or by the first word (design.md). */
import process from "node:process";
import { runMain } from "../agent/mod.ts";
import { all } from "./all.ts";
import { boxedPrograms, choose } from "./choose.ts";
import { runnables } from "./programs.ts";

const usage = `usage: zedbox PROGRAM [flags] …, or a link by the name of a program to it

  ${boxedPrograms.join(", ")}
  all   the five in one process
zedbox PROGRAM --help tells more.
`;

const { program, args } = choose(process.argv0, Deno.args);
if (program === undefined) {
  const asked = Deno.args[0] === "--help" || Deno.args[0] === "-h";
  (asked ? Deno.stdout : Deno.stderr).writeSync(new TextEncoder().encode(usage));
  Deno.exit(asked ? 0 : 2);
}
await (program === "all" ? runMain(all, args) : runnables[program].alone(args));
