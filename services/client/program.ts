/** `client` as `main.ts` and zedbox start it (`docs/spec/client.md §1`). */
import type { Program } from "../agent/mod.ts";
import { clientOptions, commandLine } from "./command_line.ts";
import { type ClientOptions, run } from "./run.ts";

/** Onboards the device, once per boot and whenever zedagent asks. */
export const client: Program<ClientOptions> = {
  ...commandLine,
  agent: "zedclient",
  options: clientOptions,
  run,
};
