/** What `client` tries again (`docs/spec/client.md §7, 10.3`). */
import { retryPolicy } from "../../controllerconn/mod.ts";

/** The ticker between passes; it runs on whatever the network does, and begins anew when there is a network or another server. */
export const passRetry = retryPolicy({
  name: "pass",
  what: "GET certs unless known, POST register unless done, POST uuid",
  schedule: { kind: "exponential", baseMs: 1_000, factor: 2, capMs: 600_000 },
  until: "a UUID; -r N retries; a known UUID when nobody answers for 10 min",
});

/** After an answer to `uuid` that was signed by a certificate we don't have. */
export const certsRetry = retryPolicy({
  name: "certs",
  what: "GET certs, when the answer to uuid is signed by an unknown certificate",
  schedule: { kind: "fixed", ms: 1_000 },
  after: ["bad-answer", "identity"],
  until: "one fetch for each such answer",
});

/** For `--explain-retry`. */
export const retryPolicies = [passRetry, certsRetry] as const;
