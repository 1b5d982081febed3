/** The machine's own clock, which all processes share: `performance.now()` counts from the start of each process. */

const CLOCK_MONOTONIC = 1;
const libc = Deno.dlopen("libc.so.6", {
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
});
const time = new BigInt64Array(2);

/** Milliseconds since the machine started, with fractions. */
export function monotonicMs(): number {
  libc.symbols.clock_gettime(CLOCK_MONOTONIC, time);
  return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
}
