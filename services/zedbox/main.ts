/** The executable `zedbox`: all five programs, picked by the name it is called with or by the first word (design.md). */
import process from "node:process";
import { runMain } from "../agent/mod.ts";
import { all } from "./all.ts";
import { choose } from "./choose.ts";
import { endWithoutProgram } from "./own_words.ts";
import { runnables } from "./programs.ts";

const { program, args } = choose(process.argv0, Deno.args);
if (program === undefined) endWithoutProgram(Deno.args);
else await (program === "all" ? runMain(all, args) : runnables[program].alone(args));
