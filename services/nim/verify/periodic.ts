/** The periodic test of the current configuration (`spec/nim.md §7.7`), and the one after an improvement (W25). */
import { DPCState } from "../../topics/mod.ts";
import type { TestOutcome } from "../parts.ts";
import { publish } from "./publish.ts";
import { recordDPCSuccess, recordPorts } from "./record.ts";
import { currentOf, heldMs } from "./state.ts";
import { testCurrent } from "./testing.ts";
import { arm, change, changeCurrent, emit, heed, note, settingsOf, type Turn } from "./turn.ts";
import { readyNow, restart } from "./verification.ts";

/** The timer fired. */
export function periodicTest(turn: Turn): Turn {
  if (turn.state.verification !== undefined || turn.state.work.kind !== "none") return turn;
  const held = heldMs(turn.state, turn.now.ms);
  if (held > 0) return arm(turn, "test", held);
  return currentOf(turn.state) === undefined
    ? restart(turn, { reason: "nothing is selected" })
    : testCurrent(turn, "periodic");
}

/** Something about the current configuration got better while it did not work as it should. */
export function testAfterImprovement(turn: Turn): Turn {
  const { work, verification } = turn.state;
  if (verification !== undefined) return turn;
  return work.kind === "none"
    ? testCurrent(note(turn, "it got better, tested at once"), "improved")
    : change(turn, { work: { ...work, again: true } });
}

/**
 * It has ended. One failure is only noted, the second in a row starts a verification; one after an improvement counts for
 * nothing and is repeated after `timer.port.testduration`.
 */
export function periodicTested(turn: Turn, outcome: TestOutcome): Turn {
  const { work, testGeneration: generation } = turn.state;
  if (work.kind !== "testing") return turn;
  const so = heed(change(recordPorts(turn, outcome.ports), { work: { kind: "none" } }), outcome);
  const { testIntervalMs, testDurationMs } = settingsOf(turn);
  if (outcome.kind === "ok") {
    return publish(arm(
      succeeded(emit(so, { kind: "dump", generation, outcome: "ok" })),
      "test",
      testIntervalMs,
    ));
  }
  if (outcome.kind === "remote-temporary") {
    const dropped = emit(note(so, outcome.text, "warn"), { kind: "dump", generation, outcome: "drop" });
    return publish(arm(change(dropped, { controllerWorks: true }), "test", testIntervalMs));
  }
  const failed = emit(note(so, `periodic test failed: ${outcome.text}`, "warn"), {
    kind: "dump",
    generation,
    outcome: "fail",
  });
  if (work.again) return testAfterImprovement(failed);
  if (work.purpose === "improved") return publish(arm(failed, "test", testDurationMs));
  const armed = publish(arm(change(failed, { controllerWorks: false }), "test", testIntervalMs));
  return turn.state.controllerWorks
    ? armed
    : restart(armed, { reason: "two periodic tests in a row have failed" });
}

function succeeded(turn: Turn): Turn {
  const current = currentOf(turn.state);
  if (current === undefined) return turn;
  const LastIPAndDNS = readyNow(turn) ? turn.now.time : current.LastIPAndDNS;
  const so = recordDPCSuccess(changeCurrent(turn, { ...current, State: DPCState.DPC_SUCCESS, LastIPAndDNS }));
  return change(so, { controllerWorks: true, workingSince: turn.state.workingSince ?? turn.now.ms });
}
