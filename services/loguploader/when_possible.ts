/** What must be there before uploads can start: tried again and again, each different reason told once. */
import { type Device, errorText } from "../agent/mod.ts";

/** Pause between two tries, in milliseconds (`spec/loguploader.md §3`). */
const retryMs = 10_000;

/** @returns what `work` gave; `undefined` if the device ended first */
export async function whenPossible<T>(device: Device, work: () => T): Promise<T | undefined> {
  let told = "";
  while (!device.signal.aborted) {
    try {
      return work();
    } catch (error) {
      const text = errorText(error);
      if (text !== told) device.log.error(`${text}; trying again every ${retryMs / 1000} s`);
      told = text;
    }
    await device.clock.sleep(retryMs, device.signal);
  }
  return undefined;
}
