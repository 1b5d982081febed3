/** Waiting for processes of this machine: in real time, also under a scaled clock. */

/** Resolves after `ms` milliseconds, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

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
    await pause(50, signal);
  }
  return false;
}
