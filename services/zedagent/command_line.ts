/** The command line of `zedagent` (`docs/spec/zedagent.md §1`, decisions.md 19). */
import { AgentError, type Arguments, type CommandLine, faultFlags } from "../agent/mod.ts";
import { retryPolicies } from "./retry_policies.ts";
import type { ZedagentOptions } from "./start_order.ts";

/** What `--help` says. */
export const commandLine: CommandLine = {
  program: "zedagent",
  usage: `
Fetches the device's configuration from the controller, publishes it for the other agents, and reports the device's state.`,
  flags: [{
    name: "standalone",
    help:
      "no other agent of EVE runs: don't wait for nodeagent, baseosmgr and tpmmgr, and play them for itself",
  }, ...faultFlags],
  exitCodes: {
    0: "SIGTERM",
    1: "the settings can't be published, or another instance runs",
    2: "malformed flag",
  },
  retryPolicies,
};

/** @throws {AgentError} `usage` for a word that is no flag */
export function zedagentOptions(args: Arguments): ZedagentOptions {
  const [word] = args.operations;
  if (word !== undefined) {
    throw new AgentError("usage", `unexpected word ${JSON.stringify(word)}: expected flags only`);
  }
  return { standalone: args.has("standalone") };
}
