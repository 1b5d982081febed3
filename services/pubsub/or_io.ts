/** Errors of the system as those of the bus. */
import { PubsubError } from "./error.ts";

/** @param what can't be done, for the message. @throws {PubsubError} `io` for whatever `work` throws */
export function orIo<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new PubsubError("io", `${what}: ${String(cause)}`, { cause });
  }
}
