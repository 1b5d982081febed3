/** What `zedbox all` tries again. */
import { localRetryPolicy } from "../../controllerconn/mod.ts";

/** A program that ended, but for `client` that knows the UUID. */
export const restartRetry = localRetryPolicy({
  name: "restart",
  what: "a program of `zedbox all` that ended; the others go on",
  schedule: { kind: "exponential", baseMs: 1_000, factor: 2, capMs: 60_000 },
  until: "it runs; ten minutes of running forget its failures",
});
