/** The executable `diag`. */
import { startDiag } from "./start.ts";

await startDiag(Deno.args);
