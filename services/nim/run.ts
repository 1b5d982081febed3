/** nim: the ports of a file, or the network of this machine. */
import type { Device } from "../agent/mod.ts";
import { chooseMode } from "./network_mode.ts";
import type { NimOptions } from "./options.ts";
import { runPortsFile } from "./ports_file/run.ts";
import { runOnce } from "./once/run_once.ts";
import { printPlan } from "./print_plan.ts";
import { runNetwork } from "./run_network.ts";
import { defaultLimits } from "./verify/rules.ts";

/** Runs until the device ends, the plan is printed, or with `--once` the network is judged. @returns the exit code */
export function run(device: Device, options: NimOptions): Promise<number> {
  if (options.portsFile !== undefined) return runPortsFile(device, options.portsFile);
  const isEVE = exists(device.paths.eveRelease);
  const adapters = options.adapters ?? (device.paths.root === "" && isEVE ? "bridge" : "plain");
  const { mode, why } = chooseMode(options.network, device.paths.root, isEVE);
  device.log.info(`network mode ${mode}: ${why}`);
  if (mode === "plan") return printPlan(device, adapters, options.once !== undefined);
  const network = {
    mode,
    adapters,
    limits: {
      ...defaultLimits,
      ...(options.coolDownMs === undefined ? {} : { coolDownMs: options.coolDownMs }),
      ...(options.minimumWorkingMs === undefined ? {} : { minimumWorkingMs: options.minimumWorkingMs }),
    },
    ...(options.geoUrl === undefined ? {} : { geoUrl: options.geoUrl }),
  };
  return options.once === undefined
    ? runNetwork(device, network)
    : runOnce(device, { ...network, ...options.once });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
