/** What a process has cost so far, and what a stretch of it cost. */
import { processorMs } from "./monotonic.ts";

/** Sums since the process started, or differences of two of them. */
export interface Cost {
  /** User and system time, milliseconds. */
  readonly processorMs: number;
  /** Bytes that `read` calls gave: files, and a few for each wake-up of the event loop. */
  readonly bytesRead: number;
  /** Bytes given to `write` calls. */
  readonly bytesWritten: number;
}

/** @throws {Error} when the process has ended */
export function costOf(pid: number): Cost {
  const io = Deno.readTextFileSync(`/proc/${pid}/io`);
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(io)?.[1]);
  return { processorMs: processorMs(pid), bytesRead: count("rchar"), bytesWritten: count("wchar") };
}

/** `later` without what was there `before`, divided by `times`. */
export function costEach(before: Cost, later: Cost, times: number): Cost {
  return {
    processorMs: (later.processorMs - before.processorMs) / times,
    bytesRead: (later.bytesRead - before.bytesRead) / times,
    bytesWritten: (later.bytesWritten - before.bytesWritten) / times,
  };
}
