/** Passes over the queue: what is sent next, when a pass ends and when the next begins (`spec/controllerconn.md §14.3, 14.4`). Pure. */
import { SenderStatus } from "../sender_status.ts";
import { priorityOf } from "./deferred_bounds.ts";
import { paceFreeAt, paceMs, queueDelayMs } from "./deferred_delay.ts";
import type {
  DeferredEffect,
  DeferredItem,
  DeferredMoment,
  DeferredState,
  DeferredStep,
} from "./deferred_types.ts";

/** More items than this left by a pass are worth a warning. */
const manyLeft = 50;

const isReady = (item: DeferredItem, now: number) => item.retryAt === undefined || item.retryAt <= now;

/** When the queue wants the event `wake`; `undefined` while it waits for something else. */
export function deferredWakeAt(state: DeferredState): number | undefined {
  const { items, sending, pass, timerAt } = state;
  if (sending !== undefined) return undefined;
  if (pass !== undefined) return paceFreeAt(state.paced);
  const times = [timerAt, ...items.map(({ retryAt }) => retryAt)].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Appends what follows from the state of `step`. */
export function andThen(step: DeferredStep, next: (state: DeferredState) => DeferredStep): DeferredStep {
  const after = next(step.state);
  return { state: after.state, effects: [...step.effects, ...after.effects] };
}

/** Begins a pass, or has the running one looked at again; without a ready item there is none. */
export function requestPass(state: DeferredState, moment: DeferredMoment): DeferredStep {
  if (state.pass !== undefined) {
    return { state: { ...state, pass: { ...state.pass, again: true } }, effects: [] };
  }
  if (!state.items.some((item) => isReady(item, moment.now))) return { state, effects: [] };
  const number = state.passes + 1;
  return advance({ ...state, passes: number, pass: { number, again: false } }, moment);
}

/** Goes on with a pass: sends the next item if the pace allows it, or ends the pass. */
export function advance(state: DeferredState, moment: DeferredMoment): DeferredStep {
  const { pass, sending, iteration, counters } = state;
  if (pass === undefined || sending !== undefined) return { state, effects: [] };
  const next = nextItem(state, pass.number, moment);
  if (next === undefined) return endPass(state, "finished", moment);
  if (moment.now < paceFreeAt(state.paced)) return { state, effects: [] };
  const item = { ...next, tried: pass.number };
  return {
    state: {
      ...state,
      items: state.items.map((other) => other === next ? item : other),
      sending: { item, removed: false },
      pass: { ...pass, again: false },
      paced: Math.max(state.paced, moment.now) + paceMs(moment.random),
      iteration: iteration + 1,
      counters: { ...counters, sends: counters.sends + 1 },
    },
    effects: [{ kind: "send", item, iteration }],
  };
}

/** The most urgent ready item that this pass has not sent yet, in queue order. */
function nextItem(
  { items }: DeferredState,
  pass: number,
  { now, settings }: DeferredMoment,
): DeferredItem | undefined {
  return items.filter((item) => item.tried !== pass && isReady(item, now))
    .reduce<DeferredItem | undefined>(
      (best, item) =>
        best === undefined || priorityOf(item, settings) < priorityOf(best, settings) ? item : best,
      undefined,
    );
}

/** Puts what is delayed last and tells what is left; `unreachable` is tried again by timer. */
export function endPass(
  state: DeferredState,
  cause: "finished" | "unreachable",
  moment: DeferredMoment,
): DeferredStep {
  const { now, random } = moment;
  const ready = state.items.filter((item) => isReady(item, now));
  const left = [...ready, ...state.items.filter((item) => !isReady(item, now))];
  const effects: DeferredEffect[] = left.map((item) => (
    { kind: "report", item, status: SenderStatus.SenderStatusDebug }
  ));
  if (left.length > manyLeft && left.some(({ suppressLogs }) => suppressLogs !== true)) {
    const text =
      `${left.length} items are left in the deferred queue, ${left.length - ready.length} of them ` +
      `were refused; they are sent later`;
    effects.push({ kind: "log", level: "warn", text });
  }
  const ended = { ...state, items: left, pass: undefined };
  if (cause === "finished") return { state: { ...ended, timerAt: undefined, unreachable: 0 }, effects };
  const { timerAt } = state;
  const isPending = timerAt !== undefined && timerAt > now;
  const isDue = timerAt !== undefined && timerAt <= now;
  // The time for a pass has come while this one hung: the network may be another since.
  if (isDue) {
    return andThen(
      { state: { ...ended, timerAt: undefined }, effects },
      (after) => requestPass(after, moment),
    );
  }
  const waiting = isPending ? ended : {
    ...ended,
    timerAt: now + queueDelayMs(state.unreachable, random),
    unreachable: state.unreachable + 1,
  };
  const step = { state: waiting, effects };
  return state.pass?.again === true ? andThen(step, (after) => requestPass(after, moment)) : step;
}
