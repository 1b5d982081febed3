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

/** A PAC file that a port's network was to offer. Each search tests the ports as well. */
export const proxyRetry = retryPolicy({
  name: "proxy",
  what:
    "GET of the PAC file (NetworkProxyURL, or wpad.dat by WPAD), for ports that ask for a proxy of their network",
  schedule: { kind: "exponential", baseMs: 30_000, factor: 2, capMs: 900_000 },
  floorMs: 1_000,
  until: "it is found; a change of the port's network searches at once",
});

/** For `--explain-retry`; config items have their defaults. */
export const retryPolicies = [testRetry(30_000), proxyRetry, monitorRetry] as const;
