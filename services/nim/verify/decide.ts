/** nim's decider: which configuration is used, and what is done about it (`spec/nim.md §7`). Pure. */
import type { Now, VerifyEffect, VerifyEvent } from "./events.ts";
import { arrived, deleted } from "./list_changes.ts";
import {
  adaptersChanged,
  modemsChanged,
  networkChanged,
  proxiesFound,
  radioChanged,
  reconciled,
  resumed,
} from "./observe_events.ts";
import { periodicTest, periodicTested } from "./periodic.ts";
import type { Rules } from "./rules.ts";
import { availabilityOver, settingsChanged, started, tryBetter } from "./settings_events.ts";
import type { VerifyState } from "./state.ts";
import { change, emit, type Turn } from "./turn.ts";
import { applied, pendingOver, verified } from "./verification.ts";

/** What an event leads to. */
export interface Decision {
  readonly state: VerifyState;
  /** In the order in which they are to be carried out. */
  readonly effects: readonly VerifyEffect[];
}

/** One event. */
export function decide(state: VerifyState, event: VerifyEvent, now: Now, rules: Rules): Decision {
  const turn = happen({ state, effects: [], now, rules }, event);
  return { state: turn.state, effects: turn.effects };
}

function happen(turn: Turn, event: VerifyEvent): Turn {
  switch (event.kind) {
    case "started":
      return started(turn);
    case "settings":
      return settingsChanged(turn, event.settings);
    case "dpc":
      return arrived(turn, event.dpc);
    case "dpc-deleted":
      return deleted(turn, event.dpc);
    case "network":
      return networkChanged(turn, event.network);
    case "adapters":
      return adaptersChanged(turn, event.adapters);
    case "wwan":
      return modemsChanged(turn, event.wwan);
    case "radio":
      return radioChanged(turn, event.silence, event.radioOff);
    case "applied":
      return applied(turn, event.generation, event.applied);
    case "tested":
      return tested(turn, event);
    case "proxies":
      return proxiesFound(turn, event.found);
    case "resume":
      return resumed(turn);
    case "reconcile":
      return reconciled(turn, event.reason);
    case "timer":
      return fired(turn, event);
  }
}

function tested(turn: Turn, { generation, outcome }: Extract<VerifyEvent, { kind: "tested" }>): Turn {
  const { work, testGeneration } = turn.state;
  if (work.kind !== "testing" || generation !== testGeneration) {
    return emit(turn, { kind: "dump", generation, outcome: "drop" });
  }
  return work.purpose === "verification" ? verified(turn, outcome) : periodicTested(turn, outcome);
}

function fired(turn: Turn, { timer }: Extract<VerifyEvent, { kind: "timer" }>): Turn {
  if (!turn.state.timers.has(timer)) return turn;
  const timers = new Set([...turn.state.timers].filter((other) => other !== timer));
  const so = change(turn, { timers });
  switch (timer) {
    case "test":
      return periodicTest(so);
    case "better":
      return tryBetter(so);
    case "pending":
      return pendingOver(so);
    case "available":
      return availabilityOver(so);
  }
}
