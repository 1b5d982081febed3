/**
 * The deferred queue: which item is sent when, kept, delayed or lost (`spec/controllerconn.md §14`). Pure.
 *
 * Unlike the original: what is set or removed while a pass runs counts in that pass, also for the item on its way; the
 * queue wakes when the first delay ends, and not at all while it is empty; an item without content is never kept.
 */
import { overLimit } from "./deferred_bounds.ts";
import { countDrop, type DropClass, noDeferredCounters } from "./deferred_counters.ts";
import { kickDelayMs } from "./deferred_delay.ts";
import { logLine, lostToLimits } from "./deferred_drop.ts";
import { advance, andThen, deferredWakeAt, requestPass } from "./deferred_pass.ts";
import { sendEnded } from "./deferred_sent.ts";
import type {
  DeferredEvent,
  DeferredItem,
  DeferredMoment,
  DeferredRequest,
  DeferredState,
  DeferredStep,
} from "./deferred_types.ts";

/** An empty queue. */
export const initialDeferred: DeferredState = {
  items: [],
  sending: undefined,
  pass: undefined,
  passes: 0,
  timerAt: undefined,
  unreachable: 0,
  paced: Number.NEGATIVE_INFINITY,
  serial: 0,
  iteration: 0,
  counters: noDeferredCounters,
};

/** One event. At most one item is on its way. */
export function deferredStep(
  state: DeferredState,
  event: DeferredEvent,
  moment: DeferredMoment,
): DeferredStep {
  const step = stepOf(state, event, moment);
  if (step.state.items.length > 0) return step;
  return { ...step, state: { ...step.state, timerAt: undefined, unreachable: 0 } };
}

function stepOf(state: DeferredState, event: DeferredEvent, moment: DeferredMoment): DeferredStep {
  switch (event.kind) {
    case "set":
      return set(state, event.request, moment);
    case "remove":
      return remove(state, event.key);
    case "kick-now":
      return requestPass(state, moment);
    case "kick-within-minute":
      return { state: kickSoon(state, moment), effects: [] };
    case "wake":
      return wake(state, moment);
    case "sent":
      if (state.sending?.item.serial !== event.serial) return { state, effects: [] };
      return sendEnded(state, event.outcome, event.reason, moment);
  }
}

/** Replaces in place, or appends. Identical bytes keep refusals and delay. */
function set(state: DeferredState, request: DeferredRequest, moment: DeferredMoment): DeferredStep {
  const { now, settings } = moment;
  const { length } = request.payload;
  if (length === 0) return notQueued(state, request, "empty", "it has no content");
  if (length > settings.maxBytes) {
    const text = `expected up to ${settings.maxBytes} bytes, got ${length}`;
    return notQueued(state, request, "too-large", text);
  }
  const old = state.items.find(({ key }) => key === request.key);
  const same = old !== undefined && sameBytes(old.payload, request.payload);
  const onItsWay = old !== undefined && state.sending?.item.serial === old.serial;
  // What is on its way is just this.
  if (same && onItsWay && old.url === request.url) return { state, effects: [] };
  const keeps = same && !onItsWay;
  const serial = keeps ? old.serial : state.serial + 1;
  const item: DeferredItem = {
    ...request,
    serial,
    since: old?.since ?? now,
    attempts: same ? old.attempts : 0,
    retryAt: same ? old.retryAt : undefined,
    tried: keeps ? old.tried : 0,
  };
  const items = old === undefined
    ? [...state.items, item]
    : state.items.map((other) => other === old ? item : other);
  const lost = overLimit(items, settings, state.sending?.item.serial);
  const held = { ...state, items, serial: Math.max(state.serial, serial) };
  return andThen(lostToLimits(held, lost), (after) => requestPass(after, moment));
}

/** Neither is what the key had before: it is out of date. */
function notQueued(
  state: DeferredState,
  request: DeferredRequest,
  drop: DropClass,
  why: string,
): DeferredStep {
  const { state: cleared, effects } = remove(state, request.key);
  const text = `${request.itemType} is not queued: ${why}; it is dropped, key ${request.key}`;
  return {
    state: { ...cleared, counters: countDrop(cleared.counters, drop) },
    effects: [...effects, logLine(request, "error", text)],
  };
}

/** Also what is on its way does not come back. */
function remove(state: DeferredState, key: string): DeferredStep {
  const items = state.items.filter((item) => item.key !== key);
  if (state.sending?.item.key !== key) return { state: { ...state, items }, effects: [] };
  const sending = { ...state.sending, removed: true };
  return { state: { ...state, items, sending }, effects: [{ kind: "abort-send" }] };
}

function kickSoon(state: DeferredState, { now, random }: DeferredMoment): DeferredState {
  const timerAt = Math.min(state.timerAt ?? Infinity, now + kickDelayMs(random));
  return { ...state, timerAt, unreachable: 0 };
}

function wake(state: DeferredState, moment: DeferredMoment): DeferredStep {
  const { now } = moment;
  const due = deferredWakeAt(state);
  if (due === undefined || due > now) return { state, effects: [] };
  if (state.pass !== undefined) return advance(state, moment);
  const timerAt = state.timerAt !== undefined && state.timerAt <= now ? undefined : state.timerAt;
  return requestPass({ ...state, timerAt }, moment);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
