/** The executable `nim`. */
import { startNim } from "./start.ts";

await startNim(Deno.args);
