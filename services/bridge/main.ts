/** The executable `bridge`. */
import { runMain } from "../agent/main_program.ts";
import { bridge } from "./program.ts";

await runMain(bridge, Deno.args);
