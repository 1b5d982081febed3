/** What `bridge` tries again. */
import { localRetryPolicy } from "../../controllerconn/retry/retry_policy.ts";

/** Accepting subscribers where there are no descriptors or no memory left. */
export const acceptRetry = localRetryPolicy({
  name: "accept",
  what: "accepting subscribers of a topic, when there are no descriptors or no memory left",
  schedule: { kind: "fixed", ms: 1_000 },
  until: "there are again",
});

/** For `--explain-retry`. */
export const retryPolicies = [acceptRetry] as const;
