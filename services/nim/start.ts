/** From the words of the command line to nim's end; what only looks gives up writing before it does anything. */
import { parseCommandLine, runMain } from "../agent/mod.ts";
import { nim } from "./program.ts";

/** Runs nim and ends the process with its code. */
export function startNim(args: readonly string[]): Promise<never> {
  if (onlyLooks(args)) Deno.permissions.revokeSync({ name: "write" });
  return runMain(nim, args);
}

/** False too for a command line that is refused. */
export function onlyLooks(args: readonly string[]): boolean {
  const parsed = parseCommandLine(nim, args);
  try {
    return parsed.kind === "run" && nim.onlyReads?.(nim.options(parsed.args)) === true;
  } catch {
    return false;
  }
}
