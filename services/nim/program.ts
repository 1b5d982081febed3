/** Command line of nim. */
import { faultFlags, type Program, scaledClock, systemClock } from "../agent/mod.ts";
import { nimFlags, type NimOptions, nimOptions } from "./options.ts";
import { retryPolicies } from "./retry_policies.ts";
import { run } from "./run.ts";

/** What `main.ts` starts. */
export const nim: Program<NimOptions> = {
  program: "nim",
  agent: "nim",
  usage: `
Keeps the management network working: decides which port configuration is used, brings Linux to it, proves it against
the controller, and falls back when it does not work. Publishes DeviceNetworkStatus and DevicePortConfigList.`,
  flags: [
    ...nimFlags,
    ...faultFlags,
  ],
  exitCodes: {
    0: "after SIGTERM, or the plan is printed; with --once: the controller answers over the configuration in use",
    1: "another nim runs, or a file it needs can't be used; with --once: its answer was an error, or the run was cut short",
    2: "bad command line; with --once: the controller was not reached",
  },
  retryPolicies,
  options: nimOptions,
  onlyReads: ({ network, portsFile, once }) =>
    portsFile === undefined && (network === "plan" || (once !== undefined && network !== "apply")),
  clock: ({ clockScale }) => clockScale === undefined ? systemClock : scaledClock(clockScale),
  run,
};
