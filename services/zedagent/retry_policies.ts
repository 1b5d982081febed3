/** What `zedagent` tries again (`docs/spec/zedagent.md §2, 4, 12–15`, `spec/device-api.md §5, 6`). */
import {
  deferredItemRetry,
  deferredQueueRetry,
  flexTicker,
  type JitterBand,
  localRetryPolicy,
  retryPolicy,
} from "../../controllerconn/mod.ts";

const notBeforeBand: JitterBand = { kind: "factor", low: 1, high: 1.1 };

/** The poll: a failure has no back-off of its own (`spec/zedagent.md §4.1`). @param intervalMs `timer.config.interval` */
export const configRetry = (intervalMs: number) =>
  retryPolicy({
    name: "config",
    what: "POST config, after success and failure alike",
    schedule: { kind: "fixed", ms: intervalMs },
    setBy: "timer.config.interval",
    jitter: flexTicker,
    until: "never; a new network or interval, certificates, attestation bring it forward",
  });

/** Metrics: what is not delivered is lost, the next message is due as ever. @param paceMs `timer.metric.interval` */
export const metricsRetry = (paceMs: number) =>
  retryPolicy({
    name: "metrics",
    what: "POST metrics, after success and failure alike; a message that fails is lost",
    schedule: { kind: "fixed", ms: paceMs },
    setBy: "timer.metric.interval",
    jitter: flexTicker,
    until: "never",
  });

/** Hardware health after a failure; otherwise every `timer.hardwarehealth.interval` (`spec/zedagent.md §16`). */
export const hardwareHealthRetry = retryPolicy({
  name: "hardwarehealth",
  what: "POST hardwarehealth after a failure; otherwise every timer.hardwarehealth.interval",
  schedule: { kind: "fixed", ms: 120_000 },
  jitter: flexTicker,
  until: "taken",
});

/** One message of flows; the next waits behind it (`spec/zedagent.md §16`). */
export const flowLogRetry = retryPolicy({
  name: "flowlog",
  what: "POST flowlog",
  schedule: { kind: "exponential", baseMs: 1_000, factor: 2, capMs: 128_000 },
  until: "taken, or too many others wait: it is dropped and counted then",
});

/** The controller's certificates after a failed fetch (`spec/device-api.md §5`). */
export const controllerCertsRetry = retryPolicy({
  name: "certs",
  what: "GET certs after a failure; otherwise every timer.cert.interval",
  schedule: { kind: "fixed", ms: 120_000 },
  jitter: flexTicker,
  until: "fetched; an answer signed by an unknown certificate brings it forward",
});

/** The device's certificates (`spec/zedagent.md §12.2`). */
export const edgeNodeCertsRetry = retryPolicy({
  name: "ecerts",
  what: "POST attest with the device's certificates",
  schedule: { kind: "fixed", ms: 10_000 },
  until: "accepted",
});

/** Nonce, quote and escrow, and the wait for tpmmgr (`spec/zedagent.md §13`). */
export const attestRetry = retryPolicy({
  name: "attest",
  what: "POST attest: nonce, quote, escrow; and a quote that tpmmgr does not make",
  schedule: { kind: "fixed", ms: 15_000 },
  until: "attested",
});

/** `client getUuid` (`selfRegister` too with an onboarding pair) when the controller does not know the device; looked at with each config poll (`spec/zedagent.md §4.6`). */
export const uuidRetry = retryPolicy({
  name: "uuid",
  what:
    "client getUuid, when config is answered with 400, 401 or 404, or with 403 after a quote; at most this often",
  schedule: { kind: "fixed", ms: 600_000 },
  jitter: notBeforeBand,
  retryAfterCapMs: undefined,
  after: ["refused-final"],
  until: "config is answered otherwise",
});

/** A start gate (`spec/zedagent.md §2`). */
export const serverRetry = localRetryPolicy({
  name: "server",
  what: "reading /config/server and the identity at the start",
  schedule: { kind: "fixed", ms: 10_000 },
  until: "they can be used",
});

const lpsBand: JitterBand = { kind: "factor", low: 0.88, high: 1.1 };

/** A question to the local profile server (`spec/zedagent.md §17`). @param name as in `timer.lps.<name>.interval` */
export const lpsRetry = (name: string, intervalMs: number) =>
  localRetryPolicy({
    name: `lps-${name}`,
    what: `${name} of the local profile server, after success and failure alike`,
    schedule: { kind: "fixed", ms: intervalMs },
    setBy: name === "location" ? "timer.location.app.interval" : `timer.lps.${name}.interval`,
    jitter: lpsBand,
    until: "no server is configured; a signal of the server brings it forward",
  });

/** The same after a 404. @param throttledMs five minutes or an hour */
export const lpsThrottledRetry = (name: string, throttledMs: number) =>
  localRetryPolicy({
    name: `lps-${name}-404`,
    what: `${name} of a local profile server that does not have it (404)`,
    schedule: { kind: "fixed", ms: throttledMs },
    jitter: lpsBand,
    until: "answered otherwise, or another server is configured",
  });

/** The stream of signals of the local profile server. */
export const signalRetry = localRetryPolicy({
  name: "lps-signal",
  what: "GET signal of the local profile server, after the stream has ended",
  schedule: { kind: "exponential", baseMs: 1000, factor: 2, capMs: 30_000 },
  until: "no server is configured",
});

/** The same after a 404. */
export const signalThrottledRetry = localRetryPolicy({
  name: "lps-signal-404",
  what: "GET signal of a local profile server that does not have it (404)",
  schedule: { kind: "fixed", ms: 3_600_000 },
  until: "answered otherwise, or another server is configured",
});

/** For `--explain-retry`; config items have their defaults. */
export const retryPolicies = [
  configRetry(60_000),
  metricsRetry(60_000),
  flowLogRetry,
  hardwareHealthRetry,
  deferredItemRetry,
  deferredQueueRetry,
  controllerCertsRetry,
  edgeNodeCertsRetry,
  attestRetry,
  uuidRetry,
  serverRetry,
  lpsRetry("profile", 60_000),
  lpsRetry("radio", 5_000),
  lpsRetry("appinfo", 60_000),
  lpsRetry("devinfo", 60_000),
  lpsRetry("network", 60_000),
  lpsRetry("appbootinfo", 60_000),
  lpsRetry("location", 20_000),
  lpsThrottledRetry("radio", 300_000),
  lpsThrottledRetry("location", 300_000),
  lpsThrottledRetry("profile", 3_600_000),
  lpsThrottledRetry("appinfo", 3_600_000),
  lpsThrottledRetry("devinfo", 3_600_000),
  lpsThrottledRetry("network", 3_600_000),
  lpsThrottledRetry("appbootinfo", 3_600_000),
  signalRetry,
  signalThrottledRetry,
] as const;
