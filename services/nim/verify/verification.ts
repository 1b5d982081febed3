/** The verification: from its start over apply and test to its end (`spec/nim.md §7.3–7.5`). */
import { DPCState } from "../../topics/mod.ts";
import { isUntested, wasWorking } from "../dpc/predicates.ts";
import { isBelowManual, nextTestable, parkIndex } from "../dpc/testable.ts";
import { isUpToLocalProfile } from "../lps/overrides.ts";
import type { Applied, TestOutcome } from "../parts.ts";
import { isSilent } from "../radio/radio_silence.ts";
import { withModemNames } from "../wwan/wwan_status.ts";
import { userInPCIBack } from "./adapters.ts";
import { wish } from "./apply.ts";
import { firstToVerify, works } from "./choose.ts";
import { compressed, publish } from "./publish.ts";
import { recordDPCFailure, recordDPCSuccess, recordPortErrors, recordPorts } from "./record.ts";
import { currentOf, entriesOf, isWaiting } from "./state.ts";
import { testCurrent } from "./testing.ts";
import {
  arm,
  change,
  changeCurrent,
  disarm,
  effectiveOf,
  emit,
  heed,
  note,
  settingsOf,
  type Turn,
} from "./turn.ts";
import { isReady, type MissingPorts, type Verdict, verdictOf, waits } from "./verdict.ts";

/** What a restart is about. */
export interface Restart {
  readonly reason: string;
  /** Something about the current configuration got better: it is tried at once, in spite of its cool-down (W25). */
  readonly improved?: boolean;
  /** The timer for something better: the current one needs no new proof. */
  readonly forBetter?: boolean;
  /** Overrides are new: the rule that they end all verification does not hold. */
  readonly newOverrides?: boolean;
}

/**
 * Begins with the first testable configuration, unless a verification runs, radios are to be silent, or overrides decide
 * everything. Each way out sets the periodic test (W8).
 */
export function restart(turn: Turn, how: Restart): Turn {
  if (turn.state.verification !== undefined || turn.state.settings === undefined) return turn;
  const held = reasonToHold(turn, how);
  if (held !== undefined) return hold(note(turn, `${how.reason}: no verification, ${held}`));
  const fresh = change(turn, { resolverGeneration: turn.state.resolverGeneration + 1 });
  if (how.improved === true && currentOf(turn.state) !== undefined) {
    return run(setup(fresh, turn.state.list.CurrentIndex, how.reason));
  }
  const choice = firstToVerify(fresh);
  if (choice.index === -1) return hold(park(note(choice.turn, `${how.reason}: nothing can be tested now`)));
  if (how.forBetter === true && choice.index === turn.state.list.CurrentIndex && works(turn)) {
    return rest(choice.turn, choice.retryMs);
  }
  return run(setup(choice.turn, choice.index, how.reason));
}

/** Ends a verification or a test without result: what it was about has changed. */
export function abandon(turn: Turn): Turn {
  const { work, verification, testGeneration } = turn.state;
  if (work.kind === "none" && verification === undefined) return turn;
  const so = disarm(change(turn, { work: { kind: "none" }, verification: undefined }), "pending");
  if (work.kind !== "testing") return so;
  const dropped = emit(so, { kind: "dump", generation: testGeneration, outcome: "drop" });
  return emit(change(dropped, { testGeneration: testGeneration + 1 }), { kind: "stop-test" });
}

/** The next look at the configuration under verification; remembered while one is under way. */
export function run(turn: Turn): Turn {
  const effective = effectiveOf(turn);
  if (turn.state.verification === undefined || effective === undefined) return turn;
  if (!isWaiting(turn.state)) return again(turn);
  const so = disarm(turn, "test", "better", "pending");
  const taken = new Map(
    (effective.dpc.Ports ?? []).flatMap((port) => {
      const user = userInPCIBack(so.state.adapters, port);
      return user === undefined ? [] : [[port.IfName, `port ${port.IfName} in PCIBack is used by ${user}`]];
    }),
  );
  const [error] = taken.values();
  if (error !== undefined) {
    return conclude(so, { kind: "failure", state: DPCState.DPC_FAIL, error, missing: taken });
  }
  const asked = arm(publish(wish(so)), "pending", waits.async * settingsOf(so).testDurationMs);
  return change(asked, { work: { kind: "applying", again: false } });
}

/** The timer `pending`: the next look, or no more patience with an applier that does not answer. */
export function pendingOver(turn: Turn): Turn {
  return turn.state.work.kind === "applying" ? testUnfinished(turn) : run(turn);
}

/** Linux is as far as it gets: wait for the background, or test. */
export function applied(turn: Turn, generation: number, answer: Applied): Turn {
  if (generation !== turn.state.applyGeneration) return turn;
  const told = change(turn, { applied: answer });
  const { work, verification } = told.state;
  if (work.kind !== "applying" || verification === undefined) return publish(told);
  const so = disarm(told, "pending");
  if (!answer.inProgress) return testCurrent(so, "verification");
  const limit = waits.async * settingsOf(so).testDurationMs;
  if (so.now.ms - verification.startedAt < limit) {
    return conclude(so, { kind: "wait", state: DPCState.DPC_ASYNC_WAIT, missing: new Map() });
  }
  return testUnfinished(so);
}

function testUnfinished(turn: Turn): Turn {
  const so = note(turn, "applying takes too long, tested as it is", "warn");
  return testCurrent(emit(so, { kind: "cancel-background" }), "verification");
}

/** The test of a verification has ended. */
export function verified(turn: Turn, outcome: TestOutcome): Turn {
  const { verification } = turn.state;
  const recorded = heed(recordPorts(turn, outcome.ports), outcome);
  const effective = effectiveOf(recorded);
  if (verification === undefined || effective === undefined) return turn;
  const { network, adapters, wwan } = turn.state;
  const verdict = verdictOf({
    elapsedMs: turn.now.ms - verification.startedAt,
    durationMs: settingsOf(turn).testDurationMs,
    dpc: effective.dpc,
    outcome,
    ready: readyNow(turn),
    network,
    adapters,
    wwan,
  });
  const dumped = verdict.kind === "success" ? "ok" : verdict.kind === "failure" ? "fail" : "drop";
  return conclude(
    emit(recorded, { kind: "dump", generation: turn.state.testGeneration, outcome: dumped }),
    verdict,
  );
}

/** See `isReady`, of what was last published. */
export function readyNow({ state, rules }: Turn): boolean {
  return isReady({ status: state.status, applied: state.applied, isObserving: rules.isObserving });
}

function conclude(turn: Turn, verdict: Verdict): Turn {
  const isAgain = turn.state.work.kind !== "none" && turn.state.work.again;
  const so = concluded(turn, verdict, isAgain);
  return isAgain && so.state.verification === undefined && !so.rules.isObserving ? wish(so) : so;
}

function concluded(turn: Turn, verdict: Verdict, isAgain: boolean): Turn {
  const idle = withState(change(turn, { work: { kind: "none" } }), verdict.state);
  if (verdict.kind === "wait") {
    const so = note(withMissing(idle, verdict.missing), "waiting");
    return isAgain ? run(publish(so)) : publish(arm(so, "pending", settingsOf(so).testDurationMs));
  }
  if (verdict.kind === "failure") {
    const so = recordDPCFailure(withMissing(idle, verdict.missing), verdict.error);
    const hasAddress = verdict.state === DPCState.DPC_FAIL_WITH_IPANDDNS;
    return failed(publish(note(hasAddress ? withAddressTime(so) : so, verdict.error, "warn")));
  }
  const so = recordDPCSuccess(readyNow(idle) ? withAddressTime(idle) : idle, verdict.warning);
  const workingSince = so.state.workingSince ?? so.now.ms;
  return finish(change(note(so, verdict.warning || "the controller answers"), { workingSince }), true);
}

/** The top if that is new or worked; else the next that is testable, else the end. */
function failed(turn: Turn): Turn {
  if (usesOnlyOverrides(turn)) {
    return finish(note(turn, "kept: all its management ports use overrides"), false);
  }
  const [top] = entriesOf(turn.state);
  if (turn.state.list.CurrentIndex !== 0 && top !== undefined && (isUntested(top) || wasWorking(top))) {
    return run(setup(turn, 0, "the most wanted one"));
  }
  const next = nextTestable(
    turn.state.list,
    turn.state.list.CurrentIndex + 1,
    turn.now.time,
    turn.rules.limits.coolDownMs,
  );
  return next === -1 ? finish(park(turn), false) : run(setup(turn, next, "the one before it failed"));
}

function finish(turn: Turn, works: boolean): Turn {
  const so = publish(compressed(change(turn, {
    verification: undefined,
    work: { kind: "none" },
    ...(works ? { controllerWorks: true } : { workingSince: undefined }),
  })));
  const [top] = entriesOf(so.state);
  if (top !== undefined && isUntested(top) && so.state.list.CurrentIndex !== 0) {
    return restart(so, { reason: "a new one is on top" });
  }
  return rest(so);
}

/** Selects an entry and starts its time. */
function setup(turn: Turn, index: number, reason: string): Turn {
  const isOther = index !== turn.state.list.CurrentIndex;
  const selected = change(abandon(turn), {
    list: isOther ? { ...turn.state.list, CurrentIndex: index } : turn.state.list,
    verification: { startedAt: turn.now.ms },
    ...(isOther ? { workingSince: undefined } : {}),
  });
  return note(withNames(selected), `verification begins: ${reason}`);
}

/** Selects where to wait, and applies it if it is another. */
function park(turn: Turn): Turn {
  const index = parkIndex(turn.state.list);
  if (index === turn.state.list.CurrentIndex) return turn;
  const so = withNames(change(abandon(turn), {
    list: { ...turn.state.list, CurrentIndex: index },
    workingSince: undefined,
  }));
  return note(wish(so), "parked");
}

/** No verification now: not below a manual configuration, and with the timers set. */
function hold(turn: Turn): Turn {
  return rest(publish(isBelowManual(turn.state.list) ? park(turn) : turn));
}

/**
 * Sets the timers of a nim that has nothing to do. Those that run go on: events that lead to nothing must not put a test off
 * for ever. @param betterMs sooner than by the settings
 */
export function rest(turn: Turn, betterMs?: number): Turn {
  const { testIntervalMs, testBetterIntervalMs } = settingsOf(turn);
  const so = turn.state.timers.has("test") ? turn : arm(turn, "test", testIntervalMs);
  if (turn.state.list.CurrentIndex <= 0 || testBetterIntervalMs === 0) return disarm(so, "better");
  if (turn.state.timers.has("better")) return so;
  return arm(so, "better", Math.min(betterMs ?? testBetterIntervalMs, testBetterIntervalMs));
}

function reasonToHold(turn: Turn, how: Restart): string | undefined {
  const { state } = turn;
  if (currentOf(state) === undefined) return undefined;
  if (isSilent({ status: state.silence })) return "radio silence is imposed";
  const [top] = entriesOf(state);
  const isNew = how.newOverrides === true || (top !== undefined && isUntested(top));
  return !isNew && usesOnlyOverrides(turn) ? "all management ports use overrides" : undefined;
}

function usesOnlyOverrides(turn: Turn): boolean {
  const effective = effectiveOf(turn);
  return effective !== undefined && isUpToLocalProfile(effective);
}

function again(turn: Turn): Turn {
  const { work } = turn.state;
  return work.kind === "none" ? turn : change(turn, { work: { ...work, again: true } });
}

function withState(turn: Turn, State: number): Turn {
  const current = currentOf(turn.state);
  return current === undefined || current.State === State ? turn : changeCurrent(turn, { ...current, State });
}

function withMissing(turn: Turn, missing: MissingPorts): Turn {
  return recordPortErrors(turn, missing);
}

function withAddressTime(turn: Turn): Turn {
  const current = currentOf(turn.state);
  return current === undefined ? turn : changeCurrent(turn, { ...current, LastIPAndDNS: turn.now.time });
}

/** Cellular ports get the names that the modems tell (`spec/nim.md §11.2`). */
export function withNames(turn: Turn): Turn {
  const current = currentOf(turn.state);
  return current === undefined ? turn : changeCurrent(turn, withModemNames(current, turn.state.wwan));
}
