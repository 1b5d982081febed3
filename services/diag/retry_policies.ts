/** What `diag` tries again. */
import { localRetryPolicy, retryPolicy } from "../../controllerconn/mod.ts";
import { sixPasses } from "./requests/request_plan.ts";

/** The pause before a test of a port is repeated (`spec/diag.md §5.1`). */
export const testPolicy = retryPolicy({
  name: "test",
  what: "ping, uuid and remote probes of a report of the running form, each; diag --once asks once",
  schedule: { kind: "fixed", ms: 1_000 },
  floorMs: 900,
  retryAfterCapMs: sixPasses.limitMs,
  maxAttempts: sixPasses.attempts,
  until: `success, ${sixPasses.limitMs / 1000} s for each of them, an answer that asks for a longer wait`,
});

/** How often a file that is missed is looked for (`spec/diag.md §1.2`). */
export const filesPolicy = localRetryPolicy({
  name: "files",
  what: "a look at /config/server and the identity, while one is missing",
  schedule: { kind: "fixed", ms: 10_000 },
  until: "they can be used",
});

/** For `--explain-retry`. */
export const retryPolicies = [testPolicy, filesPolicy] as const;
