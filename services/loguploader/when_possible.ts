/** What must be there before uploads can start: tried again and again, each different reason told once. */
import { type Device, errorText, retryDelay } from "../agent/mod.ts";
import { startRetry } from "./retry_policies.ts";

/** @returns what `work` gave; `undefined` if the device ended first */
export async function whenPossible<T>(device: Device, work: () => T): Promise<T | undefined> {
  let told = "";
  while (!device.signal.aborted) {
    try {
      return work();
    } catch (error) {
      const text = errorText(error);
      if (text !== told) device.log.error(`${text}; trying again every 10 s`);
      told = text;
    }
    await device.clock.sleep(retryDelay(device.random, startRetry), device.signal);
  }
  return undefined;
}
