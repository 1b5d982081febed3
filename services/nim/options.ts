/** What nim is told on its command line. */
import { AgentError, type Arguments, type Flag } from "../agent/mod.ts";
import type { AdapterKind } from "./apply/targets.ts";
import { isNetworkMode, type NetworkMode } from "./network_mode.ts";

/** See `--help`. */
export interface NimOptions {
  /** JSON of `DeviceNetworkStatus` to take the ports from; the machine without it. */
  readonly portsFile?: string;
  readonly network?: NetworkMode;
  /** Without it: bridges on an EVE device, whose applications share the ports. */
  readonly adapters?: AdapterKind;
  /** A configuration that failed is left alone for so many milliseconds; EVE's 300 000 without it. */
  readonly coolDownMs?: number;
  /** One that works stays at least so many milliseconds before a better one is tried again; 60 000 without it. */
  readonly minimumWorkingMs?: number;
  /** How many times as fast as life the clock goes. */
  readonly clockScale?: number;
  /** Of a service that tells where a sender is on earth; nobody is asked without it. */
  readonly geoUrl?: string;
  /** Decide until the network is judged, print each decision, and end. */
  readonly once?: { readonly withinMs: number };
}

/** One configuration has failed for good after 150 s at the latest, and its test takes 45 s. */
const onceWithinSeconds = 240;

/** For `--help`. */
export const nimFlags: readonly Flag[] = [
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
    name: "once",
    help:
      "decide until the network is judged, print each decision as a line of JSON, and end with the exit code that says it. " +
      "--network is observe then, also on an EVE device, unless given: publishes and writes nothing, also beside a running nim",
  },
  {
    name: "within",
    value: "SECONDS",
    integer: true,
    help: `with --once: end after so long in any case; default ${onceWithinSeconds}`,
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
    name: "cool-down",
    value: "SECONDS",
    integer: true,
    help: "leave a configuration that failed alone for so long; default 300, as EVE",
  },
  {
    name: "minimum-working",
    value: "SECONDS",
    integer: true,
    help:
      "let a configuration that works be for so long before a better one that has failed is tried again; default 60, EVE: 0",
  },
  {
    name: "clock-scale",
    value: "N",
    integer: true,
    help: "only with --root: time goes N times as fast, for tests",
  },
  { name: "s", help: "accepted without effect, as by EVE's nim" },
];

/** @throws {AgentError} `usage`, naming the flag */
export function nimOptions(args: Arguments): NimOptions {
  const portsFile = args.text("ports");
  const isOnce = args.has("once");
  const network = args.text("network") ?? (isOnce ? "observe" : undefined);
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
  const coolDown = args.integer("cool-down");
  const minimumWorking = args.integer("minimum-working");
  if (coolDown !== undefined && coolDown < 1) throw wrong("cool-down", "1 second or more", String(coolDown));
  if (minimumWorking !== undefined && minimumWorking < 0) {
    throw wrong("minimum-working", "0 seconds or more", String(minimumWorking));
  }
  const within = args.integer("within");
  if (within !== undefined && (within < 1 || !isOnce)) {
    throw wrong("within", "1 second or more, together with --once", String(within));
  }
  if (isOnce && (portsFile !== undefined || geoUrl !== undefined)) {
    throw new AgentError("usage", "--once decides about this machine and ends: --ports and --geo exclude it");
  }
  return {
    ...(portsFile === undefined ? {} : { portsFile }),
    ...(network === undefined ? {} : { network }),
    ...(adapters === undefined ? {} : { adapters }),
    ...(coolDown === undefined ? {} : { coolDownMs: coolDown * 1000 }),
    ...(minimumWorking === undefined ? {} : { minimumWorkingMs: minimumWorking * 1000 }),
    ...(clockScale === undefined ? {} : { clockScale }),
    ...(geoUrl === undefined ? {} : { geoUrl }),
    ...(isOnce ? { once: { withinMs: (within ?? onceWithinSeconds) * 1000 } } : {}),
  };
}

function wrong(flag: string, expected: string, got: string): AgentError {
  return new AgentError("usage", `--${flag}: expected ${expected}, got ${JSON.stringify(got)}`);
}
