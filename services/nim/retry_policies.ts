/** What `nim` tries again (`docs/spec/nim.md §5`). */
import { localRetryPolicy, retryPolicy } from "../../controllerconn/mod.ts";

/** The next test of the ports after one that failed. @param durationMs `timer.port.testduration` */
export const testRetry = (durationMs: number) =>
  retryPolicy({
    name: "test",
    what:
      "with --ports: GET ping over each port, after a test that failed; otherwise every timer.port.testinterval",
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

/** The next look during a verification. @param durationMs `timer.port.testduration` */
export const verifyRetry = (durationMs: number) =>
  retryPolicy({
    name: "verify",
    what:
      "apply and GET ping, while a configuration waits for an address, an interface, a modem or the background",
    schedule: { kind: "fixed", ms: durationMs },
    setBy: "timer.port.testduration",
    floorMs: 1_000,
    retryAfterCapMs: undefined,
    until: "it works, or has failed for good (2 to 5 times as long); what it waits for tries at once",
  });

/** The periodic test of what works. @param intervalMs `timer.port.testinterval` */
export const periodicRetry = (intervalMs: number) =>
  retryPolicy({
    name: "periodic",
    what:
      "GET ping with the current configuration; two failures in a row begin a verification; an event of the network tests at once, whatever Retry-After says",
    schedule: { kind: "fixed", ms: intervalMs },
    setBy: "timer.port.testinterval",
    floorMs: 1_000,
    until: "nim ends",
  });

/** Back to a better configuration. @param intervalMs `timer.port.testbetterinterval` */
export const betterRetry = (intervalMs: number) =>
  retryPolicy({
    name: "better",
    what:
      "a verification, while not the most wanted configuration is in use; a failed one is left alone for 300 s",
    schedule: { kind: "fixed", ms: intervalMs },
    setBy: "timer.port.testbetterinterval",
    floorMs: 1_000,
    until: "the most wanted one works; 0 = never",
  });

/** For `--explain-retry`; config items have their defaults. */
export const retryPolicies = [
  verifyRetry(30_000),
  periodicRetry(300_000),
  betterRetry(600_000),
  testRetry(30_000),
  proxyRetry,
  monitorRetry,
] as const;
