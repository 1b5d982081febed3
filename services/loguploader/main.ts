/** The executable `loguploader`. */
import { runMain } from "../agent/mod.ts";
import { loguploader } from "./program.ts";

await runMain(loguploader, Deno.args);
