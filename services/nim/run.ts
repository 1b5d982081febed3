/** nim: the ports of a file, or the network of this machine. */
import type { Device } from "../agent/mod.ts";
import { type AdapterKind } from "./apply/targets.ts";
import { chooseMode, type NetworkMode } from "./network_mode.ts";
import { runPortsFile } from "./ports_file/run.ts";
import { printPlan } from "./print_plan.ts";
import { runNetwork } from "./run_network.ts";

/** See `--help`. */
export interface NimOptions {
  /** JSON of `DeviceNetworkStatus` to take the ports from; the machine without it. */
  readonly portsFile?: string;
  readonly network?: NetworkMode;
  /** Without it: bridges on an EVE device, whose applications share the ports. */
  readonly adapters?: AdapterKind;
  /** How many times as fast as life the clock goes. */
  readonly clockScale?: number;
  /** Of a service that tells where a sender is on earth; nobody is asked without it. */
  readonly geoUrl?: string;
}

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
