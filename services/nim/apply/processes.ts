/** Whether a process lives. One that has ended but has not been buried is still listed in `/proc`, without its program. */
import { basename } from "node:path";

/** @param program what it must run, by the name of its file: process numbers come again. What can't be told counts as living */
export function isRunning(pid: number, program?: string): boolean {
  try {
    const file = Deno.readLinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
    return program === undefined || basename(file) === program;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
