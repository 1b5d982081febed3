/** One event on its way through the decider: the state so far, and the effects so far. Each step gives a new one. */
import { longestRetryAfterMs } from "../../../controllerconn/mod.ts";
import type { DevicePortConfig } from "../../topics/mod.ts";
import { effectiveConfig } from "../lps/overrides.ts";
import type { EffectiveConfig, TestOutcome } from "../parts.ts";
import type { Now, TimerName, VerifyEffect } from "./events.ts";
import type { Rules, Settings } from "./rules.ts";
import { currentOf, heldMs, selectedOf, type VerifyState } from "./state.ts";

/** See the module's comment. */
export interface Turn {
  readonly state: VerifyState;
  readonly effects: readonly VerifyEffect[];
  readonly now: Now;
  readonly rules: Rules;
}

/** With some of the state replaced. */
export function change(turn: Turn, patch: Partial<VerifyState>): Turn {
  return { ...turn, state: { ...turn.state, ...patch } };
}

/** With one more effect. */
export function emit(turn: Turn, effect: VerifyEffect): Turn {
  return { ...turn, effects: [...turn.effects, effect] };
}

/** Sets a timer, or sets it anew; one that leads to a test not before the controller asked for. @param ms from now */
export function arm(turn: Turn, timer: TimerName, ms: number): Turn {
  const timers = new Set([...turn.state.timers, timer]);
  const retryAfterMs = timer === "test" || timer === "better" ? heldMs(turn.state, turn.now.ms) : 0;
  const asked = retryAfterMs > 0 ? { retryAfterMs } : {};
  return emit(change(turn, { timers }), { kind: "arm", timer, ms, ...asked });
}

/** What an answer asked for holds for the current configuration, until another test of it has ended. */
export function heed(turn: Turn, { kind, retryAfterMs }: TestOutcome): Turn {
  const current = currentOf(turn.state);
  if (current === undefined || kind === "ok" || retryAfterMs === undefined) {
    return change(turn, { askedToWait: undefined });
  }
  const untilMs = turn.now.ms + Math.min(retryAfterMs, longestRetryAfterMs);
  return change(turn, {
    askedToWait: { key: current.Key, timePriority: current.TimePriority, untilMs },
  });
}

/** Stops timers that run. */
export function disarm(turn: Turn, ...names: readonly TimerName[]): Turn {
  return names.filter((timer) => turn.state.timers.has(timer)).reduce((so, timer) => {
    const timers = new Set([...so.state.timers].filter((other) => other !== timer));
    return emit(change(so, { timers }), { kind: "disarm", timer });
  }, turn);
}

/** A decision: index and state of the current configuration, and why. */
export function note(turn: Turn, reason: string, level: "info" | "warn" = "info"): Turn {
  return emit(turn, { kind: "decision", level, ...selectedOf(turn.state), reason });
}

/** The settings that hold; the defaults before there are any. */
export function settingsOf({ state, rules }: Turn): Settings {
  return state.settings ?? rules.defaults;
}

/** The current configuration with what is permitted of the overrides. */
export function effectiveOf({ state }: Turn): EffectiveConfig | undefined {
  const current = currentOf(state);
  return current && effectiveConfig(current, state.overrides);
}

/** With another form of the current entry. */
export function changeCurrent(turn: Turn, dpc: DevicePortConfig): Turn {
  const { list } = turn.state;
  const entries = list.PortConfigList ?? [];
  if (entries[list.CurrentIndex] === undefined || entries[list.CurrentIndex] === dpc) return turn;
  return change(turn, { list: { ...list, PortConfigList: entries.with(list.CurrentIndex, dpc) } });
}
