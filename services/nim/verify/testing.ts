/** Tests of the current configuration: numbered, so that a late answer is known as one. */
import type { Work } from "./state.ts";
import { publish } from "./publish.ts";
import { change, disarm, effectiveOf, emit, type Turn } from "./turn.ts";

/** Starts one with the status as it is now. */
export function testCurrent(turn: Turn, purpose: Extract<Work, { kind: "testing" }>["purpose"]): Turn {
  const again = turn.state.work.kind !== "none" && turn.state.work.again;
  const generation = turn.state.testGeneration + 1;
  const so = publish(change(disarm(turn, "test"), {
    testGeneration: generation,
    work: { kind: "testing", purpose, again },
  }));
  return emit(so, { kind: "test", generation, status: so.state.status });
}

/** What was tested, overrides included, with the results (`spec/nim.md §3.1`). */
export function tellTested(turn: Turn): Turn {
  const effective = effectiveOf(turn);
  return effective === undefined ? turn : emit(turn, { kind: "publish-tested", dpc: effective.dpc });
}
