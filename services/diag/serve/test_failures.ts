/** Failures of diag's own port tests, counted while it runs: only of these the kind is known. Pure. */
import { type ControllerConnErrorKind, type Purpose, purposeOf } from "../../../controllerconn/mod.ts";
import type { PortTest, RequestOutcome } from "../facts/port_outcome.ts";

/** What failed, and how often since diag began. */
export interface CountedFailure {
  readonly port: string;
  readonly purpose: Purpose;
  readonly kind: ControllerConnErrorKind;
  readonly times: number;
}

/** Port, purpose and kind as one word → the count. Bounded by the ports that diag has tested. */
export type TestFailures = ReadonlyMap<string, CountedFailure>;

/** @param tests of one report; `undefined`: it made none */
export function withTestFailures(
  before: TestFailures,
  tests: ReadonlyMap<string, PortTest> | undefined,
): TestFailures {
  const counted = new Map(before);
  for (const [port, test] of tests ?? []) {
    for (const request of requestsOf(test)) {
      for (const { failure: { kind }, times } of request.failures) {
        const purpose = purposeOf(request.url);
        const key = `${port} ${purpose} ${kind}`;
        counted.set(key, { port, purpose, kind, times: (counted.get(key)?.times ?? 0) + times });
      }
    }
  }
  return counted;
}

/** In the order in which they were made. */
export function requestsOf({ ping, probes, uuid }: PortTest): RequestOutcome[] {
  return [ping, ...probes, ...(uuid === undefined ? [] : [uuid])];
}
