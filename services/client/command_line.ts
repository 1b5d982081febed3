/** The command line of `client` (`docs/spec/client.md §1.1, 1.2`). */
import { AgentError, type Arguments, type CommandLine, faultFlags } from "../agent/mod.ts";
import { retryPolicies } from "./retry_policies.ts";
import type { ClientOptions } from "./run.ts";

/** What `--help` says. */
export const commandLine: CommandLine = {
  program: "client",
  usage: `[selfRegister] [getUuid]
Onboards the device: asks the controller who it is, again and again until there is an answer.

operations, in any order:
  selfRegister  register with the onboarding certificate (/config/onboard.cert.pem)
  getUuid       ask for the UUID with the device certificate (/config/device.cert.pem)
Without an operation only the controller's certificates are fetched, and the program does not end.`,
  flags: [{
    name: "r",
    value: "N",
    integer: true,
    help:
      "give up after N retries; 0, the default, is never. Only passes that got past the network gate count",
  }, ...faultFlags],
  exitCodes: {
    0: "UUID known (from the controller, or from an earlier run); selfRegister alone: registered, nothing published",
    1: "unknown operation, a file in /config that can't be used, another instance, SIGTERM, or retries exceeded for another reason than those below",
    2: "malformed flag",
    3: "retries exceeded: the controller does not know this device",
    4: "retries exceeded: another device is registered there with the same onboarding certificate and serial number",
    5: "retries exceeded: the controller's certificates don't lead to /config/root-certificate.pem",
    6: "retries exceeded: the controller's certificates are not valid at the time of this device's clock",
  },
  retryPolicies,
};

/**
 * @throws {AgentError} `usage` for a negative `-r`; `fatal` for an unknown operation, a flag behind an operation included
 */
export function clientOptions(args: Arguments): ClientOptions {
  const retries = args.integer("r") ?? 0;
  if (retries < 0) throw new AgentError("usage", `-r: expected 0 or more retries, got ${retries}`);
  const unknown = args.operations.find((word) => word !== "selfRegister" && word !== "getUuid");
  if (unknown !== undefined) {
    throw new AgentError(
      "fatal",
      `unknown operation ${JSON.stringify(unknown)}: expected selfRegister or getUuid, flags before them`,
    );
  }
  return {
    selfRegister: args.operations.includes("selfRegister"),
    getUuid: args.operations.includes("getUuid"),
    retries,
    setHostName: args.root === "",
  };
}
