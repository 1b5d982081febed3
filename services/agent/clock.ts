/** Time as the programs see it; tests give their own. */

/** A source of time that can also wait. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. It may jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, however many, or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Time that goes `factor` times as fast as the machine's: 5 s of a device in 250 ms with 20. Jumps of its clock are not scaled. */
export function scaledClock(factor: number): Clock {
  const origin = performance.now();
  const elapsed = () => performance.now() - origin;
  return {
    monotonic: () => elapsed() * factor,
    now: () => Date.now() + elapsed() * (factor - 1),
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}

/** A timer of the runtime for longer than this fires at once (2.7.14): longer waits are made of several. 24.8 days. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      let timer: ReturnType<typeof setTimeout>;
      const wait = (left: number) => {
        timer = left > longestTimerMs
          ? setTimeout(() => wait(left - longestTimerMs), longestTimerMs)
          : setTimeout(done, left);
      };
      wait(ms);
      signal.addEventListener("abort", done);
    });
  },
};
