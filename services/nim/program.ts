/** Command line of nim. */
import {
  AgentError,
  type Arguments,
  faultFlags,
  type Program,
  scaledClock,
  systemClock,
} from "../agent/mod.ts";
import { isNetworkMode } from "./network_mode.ts";
import { retryPolicies } from "./retry_policies.ts";
import { type NimOptions, run } from "./run.ts";

/** What `main.ts` starts. */
export const nim: Program<NimOptions> = {
  program: "nim",
  agent: "nim",
  usage: `
Keeps the management network working: decides which port configuration is used, brings Linux to it, proves it against
the controller, and falls back when it does not work. Publishes DeviceNetworkStatus and DevicePortConfigList.`,
  flags: [
    {
      name: "network",
      value: "MODE",
      help:
        "observe: change nothing, tell what is there; apply: bring Linux to the configuration; plan: print what apply would run, and end. " +
        "Default: apply on an EVE device (/run/eve-release) without --root, else observe",
    },
    {
      name: "adapters",
      value: "KIND",
      help: "with apply and plan: bridge puts a bridge of its name before each wired port, plain does not. " +
        "Default: bridge on an EVE device without --root, else plain",
    },
    {
      name: "ports",
      value: "FILE",
      help:
        "decide and change nothing; take the ports from FILE (JSON of DeviceNetworkStatus, members left out are zero) and ping over each",
    },
    {
      name: "geo",
      value: "URL",
      help:
        "ask URL (a service that answers like https://ipinfo.io/json) where the addresses of management ports are, for " +
        "DeviceNetworkStatus; nobody is asked without it",
    },
    {
      name: "clock-scale",
      value: "N",
      integer: true,
      help: "only with --root: time goes N times as fast, for tests",
    },
    { name: "s", help: "accepted without effect, as by EVE's nim" },
    ...faultFlags,
  ],
  exitCodes: {
    0: "after SIGTERM, or the plan is printed",
    1: "another nim runs, or a file it needs can't be used",
    2: "bad command line",
  },
  retryPolicies,
  options: nimOptions,
  onlyReads: ({ network, portsFile }) => network === "plan" && portsFile === undefined,
  clock: ({ clockScale }) => clockScale === undefined ? systemClock : scaledClock(clockScale),
  run,
};

function nimOptions(args: Arguments): NimOptions {
  const portsFile = args.text("ports");
  const network = args.text("network");
  const adapters = args.text("adapters");
  const clockScale = args.integer("clock-scale");
  const geoUrl = args.text("geo");
  if (network !== undefined && !isNetworkMode(network)) {
    throw wrong("network", "observe, apply or plan", network);
  }
  if (adapters !== undefined && adapters !== "bridge" && adapters !== "plain") {
    throw wrong("adapters", "bridge or plain", adapters);
  }
  if (geoUrl !== undefined && !/^https?:$/.test(URL.parse(geoUrl)?.protocol ?? "")) {
    throw wrong("geo", "a URL with http or https", geoUrl);
  }
  if (clockScale !== undefined && (clockScale < 1 || args.root === "")) {
    throw wrong("clock-scale", "1 or more, together with --root", String(clockScale));
  }
  return {
    ...(portsFile === undefined ? {} : { portsFile }),
    ...(network === undefined ? {} : { network }),
    ...(adapters === undefined ? {} : { adapters }),
    ...(clockScale === undefined ? {} : { clockScale }),
    ...(geoUrl === undefined ? {} : { geoUrl }),
  };
}

function wrong(flag: string, expected: string, got: string): AgentError {
  return new AgentError("usage", `--${flag}: expected ${expected}, got ${JSON.stringify(got)}`);
}
