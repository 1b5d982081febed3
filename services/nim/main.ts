/** The executable `nim`. */
import { runMain } from "../agent/mod.ts";
import { nim } from "./program.ts";

await runMain(nim, Deno.args);
