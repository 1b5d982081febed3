/** What `diag` tries again. */
import type { RetryPolicy } from "../../controllerconn/mod.ts";

/** For `--explain-retry`: `diag --once` asks each thing once, and tells what came back. */
export const retryPolicies: readonly RetryPolicy[] = [];
