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
  }, {
    name: "p",
    value: "FILE",
    help:
      "verify the configuration saved in /persist/checkpoint/FILE (as a rule lastconfig), print it as JSON, and end",
  }, {
    name: "V",
    help: "with -p: also check that text is UTF-8, which -p by itself does here",
  }, ...faultFlags],
  exitCodes: {
    0: "SIGTERM; with -p: it was printed",
    1: "the settings can't be published, or another instance runs; with -p: there is none, or it does not verify; -V alone",
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
  const file = args.text("p");
  if (file === undefined) {
    if (args.has("V")) throw new AgentError("fatal", "-V needs -p FILE, whose text it checks");
    return { standalone: args.has("standalone") };
  }
  if (!/^[^/]+$/.test(file)) {
    throw new AgentError(
      "usage",
      `-p: expected the name of a file in /persist/checkpoint, got ${JSON.stringify(file)}`,
    );
  }
  return { standalone: args.has("standalone"), print: file };
}
