/** Command line of diag. */
import { AgentError, type Program } from "../agent/mod.ts";
import { retryPolicies } from "./retry_policies.ts";
import { run } from "./run.ts";

/** What `main.ts` starts. */
export const diag: Program<Record<never, never>> = {
  program: "diag",
  agent: "diag",
  pidFile: false,
  touchFile: false,
  fatalReason: false,
  usage: `
Tells what is wrong between this device and its controller: what the bus says, and whether ping and uuid answer over
each management port. Changes nothing, publishes nothing.`,
  flags: [{
    name: "once",
    help: "print one report to standard output and end (the only form as yet, so it must be given)",
  }],
  exitCodes: {
    0: "ping and uuid answer over every management port, and nothing on the bus is an error",
    1: "the controller answers, but the report has an ERROR",
    2: "the controller answers over no port, or the command line is malformed",
  },
  retryPolicies,
  options(args) {
    if (!args.has("once")) {
      throw new AgentError("usage", "--once is needed: running on at the console is not there yet");
    }
    return {};
  },
  run,
};
