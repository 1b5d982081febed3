/** The executable `zedbox`: all five programs, picked by the name it is called with or by the first word (design.md). */
import process from "node:process";
import { runMain } from "../agent/mod.ts";
import { all } from "./all.ts";
import { choose } from "./choose.ts";
import { giveUpUnused } from "./give_up.ts";
import { endWithoutProgram } from "./own_words.ts";
import { runnables } from "./programs.ts";

const { program, args } = choose(process.argv0, Deno.args);
if (program === undefined) endWithoutProgram(Deno.args);
else if (program === "all") await runMain(all, args);
else {
  giveUpUnused(program);
  await runnables[program].alone(args);
}
