/** How hard a port is tried (`spec/diag.md §5`). Plain data. */

/** See the head of this file. */
export interface TestPlan {
  /** Attempts for each destination. */
  readonly attempts: number;
  /** The longest that all attempts at one destination may take together, in milliseconds (D9). */
  readonly limitMs: number;
  /** Remote probes after a ping that failed. */
  readonly probes: boolean;
  /** `-P`: each success counts as a failure. */
  readonly failPings: boolean;
}

/** `--once`: each thing once. */
export const onePass: TestPlan = {
  attempts: 1,
  limitMs: 20_000,
  probes: false,
  failPings: false,
};

/** The running form. Two destinations after another stay below 45 s, for all ports at the same time. */
export const sixPasses: TestPlan = {
  attempts: 6,
  limitMs: 15_000,
  probes: true,
  failPings: false,
};
