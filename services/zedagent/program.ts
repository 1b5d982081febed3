/** `zedagent` as `main.ts` and zedbox start it (`docs/spec/zedagent.md`). */
import type { Program } from "../agent/mod.ts";
import { commandLine, zedagentOptions } from "./command_line.ts";
import { run } from "./run.ts";
import type { ZedagentOptions } from "./start_order.ts";

/** Keeps the device's configuration and reports its state. */
export const zedagent: Program<ZedagentOptions> = {
  ...commandLine,
  agent: "zedagent",
  options: zedagentOptions,
  onlyReads: ({ print }) => print !== undefined,
  run,
};
