/** Runs a reducer of the house: events in, a new state, effects out (README, "Decide, then do"). */
import { type Device, errorText } from "../agent/mod.ts";

/** What a reducer answers. */
export interface MachineStep<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** What is run. */
export interface MachineParts<State, Event, Effect> {
  readonly initial: State;
  /** Pure. */
  step(state: State, event: Event): MachineStep<State, Effect>;
  /** In the order in which the step gave them. One that throws is logged and keeps no other back: the next timer is among them. */
  perform(effect: Effect): void;
  /** After all effects of an event. */
  stepped?(before: State, now: State): void;
}

/** See {@linkcode startMachine}. */
export interface Machine<State, Event> {
  readonly state: State;
  /** Each event is done with before the next begins, also those that its effects send. After the device's end: nothing. */
  send(event: Event): void;
}

/** Does nothing before the first event. */
export function startMachine<State, Event, Effect extends { readonly kind: string }>(
  { log, signal }: Pick<Device, "log" | "signal">,
  { initial, step, perform, stepped }: MachineParts<State, Event, Effect>,
): Machine<State, Event> {
  let state = initial;
  const waiting: Event[] = [];
  let isBusy = false;

  const handle = (event: Event) => {
    const before = state;
    const { state: after, effects } = step(state, event);
    state = after;
    for (const effect of effects) {
      try {
        perform(effect);
      } catch (error) {
        log.error(`${effect.kind} failed: ${errorText(error)}; it goes on with what comes next`);
      }
    }
    stepped?.(before, state);
  };
  return {
    get state() {
      return state;
    },
    send(event) {
      waiting.push(event);
      if (isBusy) return;
      isBusy = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          if (!signal.aborted) handle(next);
        }
      } finally {
        isBusy = false;
      }
    },
  };
}
