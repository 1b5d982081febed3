/** Where the ports come from: the machine, or the file given with `--ports`. */
import type { Device } from "../agent/mod.ts";
import type { NetworkPortStatus } from "../topics/mod.ts";
import { readMachine } from "./machine.ts";
import { portsOfFile, portsOfMachine } from "./ports.ts";
import { parseResolvConf } from "./resolv_conf.ts";

/** Reads them as they are now. @throws {Error} naming what could not be read */
export type PortSource = () => Promise<readonly NetworkPortStatus[]>;

/** The links of this machine and the name servers of `/etc/resolv.conf`. */
export function machinePorts(device: Device): PortSource {
  return async () =>
    portsOfMachine(await readMachine(device.commands, device.signal), parseResolvConf(resolvConf(device)));
}

/** @param file JSON of `DeviceNetworkStatus`; read anew each time */
export function filePorts(file: string): PortSource {
  return async () => {
    try {
      return portsOfFile(await Deno.readTextFile(file));
    } catch (cause) {
      throw new Error(`ports file ${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  };
}

function resolvConf(device: Device): string {
  try {
    return Deno.readTextFileSync(device.paths.resolvConf);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
