/** The ports of the file given with `--ports`. */
import type { NetworkPortStatus } from "../../topics/mod.ts";
import { portsOfFile } from "./ports.ts";

/** Reads them as they are now. @throws {Error} naming what could not be read */
export type PortSource = () => Promise<readonly NetworkPortStatus[]>;

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
