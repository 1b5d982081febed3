/** Faults on demand, for trying out what the watchdog and EVE make of them (`spec/zedagent.md §1`). */
import type { Flag } from "./arguments.ts";

/** For the `flags` of a program that the watchdog looks after; the runner acts on them. */
export const faultFlags: readonly Flag[] = [
  { name: "F", help: "fail at once with a fatal error, to see what a failure leaves behind" },
  { name: "H", help: "stop touching the watchdog files after the first time, as a program that hangs" },
];
