/** A tick now and then, whose interval can change while it waits (`spec/zedagent.md §7.1`: intervals take effect at once). */
import { type Device, openTimer, runLogged } from "../../agent/mod.ts";

/** See {@linkcode startTicker}. */
export interface Ticker {
  /** The interval is another: the next tick comes that much after now. */
  intervalChanged(): void;
}

/**
 * Runs `work` until the device ends, `delayMs()` milliseconds after it was last run or started. What it throws is logged.
 * @param delayMs jitter included; asked anew each time
 */
export function startTicker(device: Device, delayMs: () => number, work: () => void): Ticker {
  const timer = openTimer(device);
  const wait = () =>
    timer.set(delayMs(), () => {
      wait();
      void runLogged(device, work);
    });
  wait();
  return { intervalChanged: wait };
}
