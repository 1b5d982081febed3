/**
 * Timers that end with the device and can be set again or cut short. Signals are passed on by hand: the runtime (2.7.14)
 * collects an `AbortSignal.any` that only a listener holds, and its abort is lost.
 */
import type { Device } from "./device.ts";
import type { Trigger } from "./loops.ts";

/** A controller that also aborts with `parent`. Call `release` when it is no longer needed. */
export interface ChildAbort {
  readonly signal: AbortSignal;
  abort(): void;
  /** Lets go of the parent without aborting. */
  release(): void;
}

/** See {@linkcode ChildAbort}. */
export function childAbort(parent: AbortSignal): ChildAbort {
  const own = new AbortController();
  const release = () => parent.removeEventListener("abort", abort);
  const abort = () => {
    release();
    own.abort();
  };
  if (parent.aborted) own.abort();
  else parent.addEventListener("abort", abort);
  return { signal: own.signal, abort, release };
}

/** Resolves when the signal has aborted, at once if it has already. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** One timer; setting it forgets the earlier setting. */
export interface Timer {
  /** Calls `fire` after `ms` milliseconds unless it is set again or cancelled, or the device ends. */
  set(ms: number, fire: () => void): void;
  cancel(): void;
}

/** See {@linkcode Timer}. */
export function openTimer(device: Pick<Device, "clock" | "signal">): Timer {
  let armed: ChildAbort | undefined;
  return {
    set(ms, fire) {
      armed?.abort();
      const own = armed = childAbort(device.signal);
      void device.clock.sleep(ms, own.signal).then(() => {
        own.release();
        if (armed === own) armed = undefined;
        if (!own.signal.aborted) fire();
      });
    },
    cancel() {
      armed?.abort();
      armed = undefined;
    },
  };
}

/** Waits for the trigger, but no longer than `ms` milliseconds and not beyond the device's end. @returns true if it fired */
export async function firedWithin(
  device: Pick<Device, "clock" | "signal">,
  trigger: Trigger,
  ms: number,
): Promise<boolean> {
  const own = childAbort(device.signal);
  const slept = device.clock.sleep(ms, own.signal).then(own.abort);
  const fired = await trigger.wait(own.signal);
  own.abort();
  await slept;
  return fired;
}
