/** What `nim` tries again (`docs/spec/nim.md §5`). */
import { localRetryPolicy, retryPolicy } from "../../controllerconn/mod.ts";

/** The next test of the ports after one that failed. @param durationMs `timer.port.testduration` */
export const testRetry = (durationMs: number) =>
  retryPolicy({
    name: "test",
    what: "GET ping over each port, after a test that failed; otherwise every timer.port.testinterval",
    schedule: { kind: "fixed", ms: durationMs },
    setBy: "timer.port.testduration",
    floorMs: 1_000,
    until: "a port works; a change of the ports tests at once",
  });

/** The watcher of the machine's network; meanwhile the ports are looked at every 5 s. */
export const monitorRetry = localRetryPolicy({
  name: "monitor",
  what: "ip monitor, when it can't be run or ends",
  schedule: { kind: "fixed", ms: 30_000 },
  until: "it runs",
});

/** For `--explain-retry`; config items have their defaults. */
export const retryPolicies = [testRetry(30_000), monitorRetry] as const;
