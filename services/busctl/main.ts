/** The executable `busctl`. */
import { errorText } from "../agent/error.ts";
import { readCommandLine } from "./command_line.ts";
import { runCommand } from "./commands.ts";
import { openOutput } from "./output.ts";

const output = openOutput();
const parsed = readCommandLine(Deno.args);
if (parsed.kind !== "run") {
  (parsed.kind === "error" ? output.complain : output.print)(parsed.text);
  Deno.exit(parsed.kind === "error" ? 2 : 0);
}
const ending = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => ending.abort());
try {
  Deno.exit(await runCommand(parsed.request, { output, now: Date.now, signal: ending.signal }));
} catch (error) {
  output.complain(`busctl: ${errorText(error)}`);
  Deno.exit(1);
}
