/** The few loops that every program needs. */
import type { Device } from "./device.ts";
import { errorText } from "./error.ts";
import { whileWaiting } from "./waits.ts";

/**
 * Runs `work` again and again, `delay()` milliseconds (asked anew each time) after the last run ended, until
 * the device ends. Give the delay its jitter: `jitter(device.random, 25_000)`, or `between` where the spec
 * has a band (decisions.md 11). What `work` throws is logged, and the loop goes on.
 * @returns when the device has ended
 */
export async function every(device: Device, delay: () => number, work: () => unknown): Promise<void> {
  for (;;) {
    await device.clock.sleep(delay(), device.signal);
    if (device.signal.aborted) return;
    await runLogged(device, work);
  }
}

/** Runs `work` once; what it throws before the device ends is logged. */
export async function runLogged(device: Device, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (device.signal.aborted) return;
    device.log.error(`periodic task failed: ${errorText(error)}; it goes on with the next period`);
  }
}

/** A channel with one slot, for one reader: any number of `fire` before a `wait` count as one. */
export interface Trigger {
  fire(): void;
  /** True after a `fire`, false when the signal aborts. */
  wait(signal: AbortSignal): Promise<boolean>;
}

/** See {@linkcode Trigger}. */
export function signalOnce(): Trigger {
  let fired = false;
  let wake: (() => void) | undefined;
  return {
    fire() {
      fired = true;
      wake?.();
    },
    async wait(signal) {
      if (!fired && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            signal.removeEventListener("abort", done);
            wake = undefined;
            resolve();
          };
          wake = done;
          signal.addEventListener("abort", done);
        });
      }
      if (signal.aborted) return false;
      fired = false;
      return true;
    },
  };
}

/**
 * Waits until `predicate` holds, looking again each time the trigger fires (from the handlers of the
 * subscriptions that the predicate looks at).
 * @returns false if the signal aborted first
 */
export async function waitFor(
  trigger: Trigger,
  predicate: () => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  while (!predicate()) {
    if (!await whileWaiting("condition that an event has to bring about", trigger.wait(signal))) return false;
  }
  return !signal.aborted;
}
