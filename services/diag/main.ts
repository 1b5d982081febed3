/** The executable `diag`. */
import { runMain } from "../agent/mod.ts";
import { giveUpWriting, writesNothing } from "./give_up_writing.ts";
import { diag } from "./program.ts";

if (writesNothing(Deno.args)) giveUpWriting();
await runMain(diag, Deno.args);
