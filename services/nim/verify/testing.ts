/** Tests of the current configuration: numbered, so that a late answer is known as one. */
import type { Work } from "./state.ts";
import { publish } from "./publish.ts";
import { change, disarm, effectiveOf, emit, type Turn } from "./turn.ts";

/** Starts one with the status as it is now, and publishes what it is about. */
export function testCurrent(turn: Turn, purpose: Extract<Work, { kind: "testing" }>["purpose"]): Turn {
  const again = turn.state.work.kind !== "none" && turn.state.work.again;
  const generation = turn.state.testGeneration + 1;
  const so = publish(change(disarm(turn, "test"), {
    testGeneration: generation,
    work: { kind: "testing", purpose, again },
  }));
  const effective = effectiveOf(so);
  const told = effective === undefined ? so : emit(so, { kind: "publish-tested", dpc: effective.dpc });
  return emit(told, { kind: "test", generation, status: so.state.status });
}
