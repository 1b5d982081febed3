/** The executable `zedagent`. */
import { runMain } from "../agent/mod.ts";
import { zedagent } from "./program.ts";

if (import.meta.main) await runMain(zedagent, Deno.args);
