/** Files of the device that the program needs and can wait for (`spec/zedagent.md §1, 2`). */
import type { Client } from "../../controllerconn/mod.ts";
import { type Device, errorText, readServer } from "../agent/mod.ts";

/** `§1`; a folder that can't be made is logged, and what needs it says so again. */
export function makeFolders(device: Device): void {
  for (const folder of [device.paths.persist, `${device.paths.persist}/certs`, device.paths.checkpoint]) {
    try {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      device.log.error(`${folder} can't be made: ${errorText(error)}`);
    }
  }
}

/** `undefined` where a file in `/config` is missing or can't be used; the reason is logged. */
export function tryOpen(device: Device, open: () => Client): Client | undefined {
  try {
    return open();
  } catch (error) {
    device.log.error(`no requests to the controller yet: ${errorText(error)}; trying again later`);
    return undefined;
  }
}

/** `host[:port]`; `""` while there is none, which is logged. */
export function serverOf(device: Device): string {
  try {
    return readServer(device.paths);
  } catch (error) {
    device.log.error(`${errorText(error)}; trying again later`);
    return "";
  }
}
