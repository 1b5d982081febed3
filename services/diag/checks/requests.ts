/** Which failure of a port's requests tells where its way ends. Pure. */
import type { Facts } from "../facts/facts.ts";
import { lastFailure, type PortTest, type RequestFailure } from "../facts/port_outcome.ts";
import type { Seen } from "./check.ts";

/** A failure, and the request that had it. */
export interface PortFailure {
  readonly ifName: string;
  readonly request: "ping" | "uuid";
  readonly failure: RequestFailure;
  readonly test: PortTest;
}

/** At most one for each port; ports that passed, or were not tried, have none. */
export function portFailures({ tests }: Facts): readonly PortFailure[] {
  const found: PortFailure[] = [];
  for (const [ifName, test] of tests ?? []) {
    const ping = lastFailure(test.ping);
    const uuid = test.uuid === undefined ? undefined : lastFailure(test.uuid);
    const failure = ping ?? uuid;
    if (failure !== undefined) found.push({ ifName, request: ping ? "ping" : "uuid", failure, test });
  }
  return found;
}

/** What a look at requests gives: the code for a failure, or nothing. */
export function seenFailures(
  facts: Facts,
  codeOf: (found: PortFailure) => string | undefined,
  textOf: (found: PortFailure) => string = ({ failure }) => failure.text,
): Seen[] {
  return portFailures(facts).flatMap((found) => {
    const code = codeOf(found);
    return code === undefined ? [] : [{ code, ifName: found.ifName, text: textOf(found) }];
  });
}
