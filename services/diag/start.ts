/** From the words of the command line to diag's end; what only looks gives up writing before it does anything. */
import { runMain } from "../agent/mod.ts";
import { giveUpWriting, writesNothing } from "./give_up_writing.ts";
import { diag } from "./program.ts";

/** Runs diag and ends the process with its code. */
export function startDiag(args: readonly string[]): Promise<never> {
  if (writesNothing(args)) giveUpWriting();
  return runMain(diag, args);
}
