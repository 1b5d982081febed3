/** What `diag` tries again. */
import { localRetryPolicy, retryPolicy } from "../../controllerconn/mod.ts";
import { sixPasses } from "./requests/request_plan.ts";

/** For `--explain-retry`. */
export const retryPolicies = [
  retryPolicy({
    name: "test",
    what: "ping, uuid and remote probes of a report of the running form, each; diag --once asks once",
    schedule: { kind: "fixed", ms: sixPasses.pauseMs },
    floorMs: 900,
    maxAttempts: sixPasses.attempts,
    until: `success, or ${sixPasses.limitMs / 1000} s for each of them`,
  }),
  localRetryPolicy({
    name: "files",
    what: "a look at /config/server and the identity, while one is missing",
    schedule: { kind: "fixed", ms: 10_000 },
    until: "they can be used",
  }),
] as const;
