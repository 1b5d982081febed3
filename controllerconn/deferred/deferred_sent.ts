/** What follows from the end of a send (`spec/controllerconn.md §14.4`, step 3). Pure. */
import { SenderStatus } from "../sender_status.ts";
import { itemDelayMs } from "./deferred_delay.ts";
import { countLost, logLine } from "./deferred_drop.ts";
import type { DeferredOutcome } from "./deferred_outcome.ts";
import { advance, andThen, endPass } from "./deferred_pass.ts";
import type { DeferredItem, DeferredMoment, DeferredState, DeferredStep } from "./deferred_types.ts";

/** A warning at each multiple of this many refusals of an item. */
const manyRefusals = 20;

type Refused = Extract<DeferredOutcome, { kind: "refused" }>;

/** The answer to what is on its way; of a key that was removed meanwhile nothing is told. */
export function sendEnded(
  state: DeferredState,
  outcome: DeferredOutcome,
  reason: string,
  moment: DeferredMoment,
): DeferredStep {
  const { sending } = state;
  if (sending === undefined) return { state, effects: [] };
  const { item, removed } = sending;
  const landed = { ...state, sending: undefined };
  if (removed && outcome.kind === "no-answer") return advance(landed, moment);
  const free = counted(landed, item, outcome);
  if (removed) return advance(free, moment);
  // Content set meanwhile has a serial of its own: the outcome is told and changes nothing about it.
  const current = free.items.find(({ serial }) => serial === item.serial);
  const status = outcome.kind === "delivered" ? SenderStatus.SenderStatusNone : outcome.status;
  const told: DeferredStep = { state: free, effects: [{ kind: "report", item, status }] };
  const goOn = (after: DeferredState) => advance(after, moment);
  switch (outcome.kind) {
    case "delivered":
      return andThen(told, (after) => goOn(without(after, item)));
    case "no-answer": {
      if (item.discardOnFailure === true) {
        return andThen(andThen(told, (after) => discarded(after, current, "no-answer", reason)), goOn);
      }
      const logged = andThen(told, (after) => notDelivered(after, item, reason));
      return andThen(logged, (after) => endPass(after, "unreachable", moment));
    }
    case "refused": {
      if (current === undefined) return andThen(told, goOn);
      return andThen(andThen(told, (after) => refused(after, current, outcome, reason, moment)), goOn);
    }
  }
}

const quiet = (state: DeferredState): DeferredStep => ({ state, effects: [] });

function without(state: DeferredState, item: DeferredItem): DeferredState {
  return { ...state, items: state.items.filter(({ serial }) => serial !== item.serial) };
}

/** Any answer is a sign that the controller can be reached. */
function counted(state: DeferredState, item: DeferredItem, outcome: DeferredOutcome): DeferredState {
  const { counters } = state;
  switch (outcome.kind) {
    case "no-answer":
      return { ...state, counters: { ...counters, failures: counters.failures + 1 } };
    case "delivered": {
      const delivered = counters.delivered + 1;
      const deliveredBytes = counters.deliveredBytes + item.payload.length;
      return {
        ...state,
        timerAt: undefined,
        unreachable: 0,
        counters: { ...counters, delivered, deliveredBytes },
      };
    }
    case "refused": {
      const refusals = counters.refusals + 1;
      return { ...state, timerAt: undefined, unreachable: 0, counters: { ...counters, refusals } };
    }
  }
}

function notDelivered(state: DeferredState, item: DeferredItem, reason: string): DeferredStep {
  const text = `${item.itemType} is not delivered: ${reason}; it stays queued, ${state.items.length} in all`;
  return { state, effects: [logLine(item, "warn", text)] };
}

function discarded(
  state: DeferredState,
  item: DeferredItem | undefined,
  drop: "no-answer" | "http-4xx" | "http-5xx",
  reason: string,
): DeferredStep {
  if (item === undefined) return quiet(state);
  const { state: after, total } = countLost(state, item, drop);
  const text = `${item.itemType} is not delivered: ${reason}; it is discarded (${total} so far)`;
  return { state: after, effects: [{ kind: "log", level: "info", text }] };
}

function refused(
  state: DeferredState,
  item: DeferredItem,
  { code, retriable, retryAfterMs }: Refused,
  reason: string,
  { now, random }: DeferredMoment,
): DeferredStep {
  const drop = code < 500 ? "http-4xx" : "http-5xx";
  if (item.discardOnFailure === true) return discarded(state, item, drop, reason);
  if (!retriable) {
    const { state: after, total } = countLost(state, item, drop);
    const text = `${item.itemType} is not taken: ${reason}; it is dropped (${total} so far), key ${item.key}`;
    return { state: after, effects: [logLine(item, "error", text)] };
  }
  const attempts = item.attempts + 1;
  const delayMs = itemDelayMs(attempts, random, retryAfterMs);
  const waiting = { ...item, attempts, retryAt: now + delayMs };
  const items = state.items.map((other) => other === item ? waiting : other);
  const text =
    `${item.itemType} is refused with ${code}, ${attempts} times so far, key ${item.key}; trying again in ` +
    `${Math.round(delayMs / 1000)} s`;
  const line = attempts % manyRefusals === 0
    ? logLine(item, "warn", text)
    : { kind: "log", level: "info", text } as const;
  return { state: { ...state, items }, effects: [line] };
}
