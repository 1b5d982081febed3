/** Waiting for processes of this machine: in real time, also under a scaled clock. */
import { systemClock } from "../../agent/mod.ts";

/** Looks every 50 ms. @returns whether it held within the time */
export async function holdsWithin(
  ms: number,
  signal: AbortSignal,
  look: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + ms;
  while (!signal.aborted) {
    if (await look()) return true;
    if (performance.now() >= end) return false;
    await systemClock.sleep(50, signal);
  }
  return false;
}
