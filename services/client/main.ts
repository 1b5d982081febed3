/** The executable `client`. */
import { runMain } from "../agent/mod.ts";
import { client } from "./program.ts";

if (import.meta.main) await runMain(client, Deno.args);
