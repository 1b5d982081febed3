/** nim: the ports of a file, or the network of this machine. */
import type { Device } from "../agent/mod.ts";
import { chooseMode } from "./network_mode.ts";
import type { NimOptions } from "./options.ts";
import { runPortsFile } from "./ports_file/run.ts";
import { printPlan } from "./print_plan.ts";
import { runNetwork } from "./run_network.ts";
import { defaultLimits } from "./verify/rules.ts";

/** Runs until the device ends, or until the plan is printed. @returns 0 */
export function run(device: Device, options: NimOptions): Promise<number> {
  if (options.portsFile !== undefined) return runPortsFile(device, options.portsFile);
  const isEVE = exists(device.paths.eveRelease);
  const adapters = options.adapters ?? (device.paths.root === "" && isEVE ? "bridge" : "plain");
  const { mode, why } = chooseMode(options.network, device.paths.root, isEVE);
  device.log.info(`network mode ${mode}: ${why}`);
  return mode === "plan" ? printPlan(device, adapters) : runNetwork(device, {
    mode,
    adapters,
    limits: {
      ...defaultLimits,
      ...(options.coolDownMs === undefined ? {} : { coolDownMs: options.coolDownMs }),
      ...(options.minimumWorkingMs === undefined ? {} : { minimumWorkingMs: options.minimumWorkingMs }),
    },
    ...(options.geoUrl === undefined ? {} : { geoUrl: options.geoUrl }),
  });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
