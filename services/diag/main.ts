/** The executable `diag`. */
import { runMain } from "../agent/mod.ts";
import { diag } from "./program.ts";

await runMain(diag, Deno.args);
