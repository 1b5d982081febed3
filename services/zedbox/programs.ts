/** The five programs, each as an executable of its own and as a part of a process with others. */
import { type Program, runMain, runProgram } from "../agent/mod.ts";
import { client } from "../client/program.ts";
import { diag } from "../diag/program.ts";
import { startDiag } from "../diag/start.ts";
import { loguploader } from "../loguploader/program.ts";
import { nim } from "../nim/program.ts";
import { startNim } from "../nim/start.ts";
import { zedagent } from "../zedagent/program.ts";
import type { BoxedProgram } from "./choose.ts";

/** How one program is run. */
export interface Runnable {
  /** Runs it and ends the process with its code. */
  alone(args: readonly string[]): Promise<never>;
  /** Runs it beside others until the signal aborts. @returns its exit code */
  beside(args: readonly string[], signal: AbortSignal): Promise<number>;
}

function runnable<Options>(program: Program<Options>): Runnable {
  return {
    alone: (args) => runMain(program, args),
    beside: (args, signal) => runProgram(program, args, { signal, signals: false }),
  };
}

/** See {@linkcode Runnable}. */
export const runnables: Readonly<Record<BoxedProgram, Runnable>> = {
  client: runnable(client),
  zedagent: runnable(zedagent),
  loguploader: runnable(loguploader),
  nim: { ...runnable(nim), alone: startNim },
  diag: { ...runnable(diag), alone: startDiag },
};
