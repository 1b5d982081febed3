/** The machine's own clocks, which all processes share: `performance.now()` counts from the start of each process. */

const CLOCK_MONOTONIC = 1;
/** `CPUCLOCK_SCHED` of the kernel: the sum over all threads of a process, ended ones included. */
const CPUCLOCK_SCHED = 2;
const libc = Deno.dlopen("libc.so.6", {
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
});
const time = new BigInt64Array(2);

/** Milliseconds since the machine started, with fractions. */
export function monotonicMs(): number {
  return clockMs(CLOCK_MONOTONIC);
}

/** User and system time of a process so far, milliseconds with fractions. @throws {Error} when it has ended */
export function processorMs(pid: number): number {
  return clockMs((~pid << 3) | CPUCLOCK_SCHED);
}

function clockMs(clock: number): number {
  if (libc.symbols.clock_gettime(clock, time) !== 0) throw new Error(`there is no clock ${clock}`);
  return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
}
