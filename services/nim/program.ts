/** Command line of nim. */
import { faultFlags, type Program } from "../agent/mod.ts";
import { retryPolicies } from "./retry_policies.ts";
import { type NimOptions, run } from "./run.ts";

/** What `main.ts` starts. */
export const nim: Program<NimOptions> = {
  program: "nim",
  agent: "nim",
  usage: `
Publishes DeviceNetworkStatus: the ports of this machine, their addresses, routes and name servers, and whether
the controller answers over them; with them go the PAC files of networks whose ports ask for a proxy. Changes
nothing. A management port is one with a default route.`,
  flags: [
    {
      name: "ports",
      value: "FILE",
      help:
        "take the ports from FILE (JSON of DeviceNetworkStatus, members left out are zero) instead of the machine",
    },
    { name: "s", help: "accepted without effect, as by EVE's nim" },
    ...faultFlags,
  ],
  exitCodes: {
    0: "after SIGTERM",
    1: "another nim runs, or a file it needs can't be used",
    2: "bad command line",
  },
  retryPolicies,
  options(args) {
    const file = args.text("ports");
    return file === undefined ? {} : { portsFile: file };
  },
  run,
};
