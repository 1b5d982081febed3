/** Items that are lost: counted, logged, told to the handler. Pure. */
import { SenderStatus } from "../sender_status.ts";
import { countDrop, type DropClass } from "./deferred_counters.ts";
import type { DeferredItem, DeferredRequest, DeferredState, DeferredStep } from "./deferred_types.ts";

/** A line about an item, as loud as the item allows. */
export function logLine(
  { suppressLogs }: DeferredRequest,
  level: "warn" | "error",
  text: string,
): { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly text: string } {
  return { kind: "log", level: suppressLogs === true ? "info" : level, text };
}

/** Takes the item out, wherever it stands, and counts it. */
export function countLost(
  state: DeferredState,
  item: DeferredItem,
  drop: DropClass,
): { readonly state: DeferredState; readonly total: number } {
  const counters = countDrop(state.counters, drop);
  const items = state.items.filter(({ serial }) => serial !== item.serial);
  return { state: { ...state, items, counters }, total: counters.drops[drop] };
}

/** Items that a full queue gave up; the handler hears 12. */
export function lostToLimits(state: DeferredState, lost: readonly DeferredItem[]): DeferredStep {
  return lost.reduce<DeferredStep>((step, item) => {
    const { state: after, total } = countLost(step.state, item, "pushed-out");
    const text = `${item.itemType} is pushed out of the full deferred queue, key ${item.key}; it is lost ` +
      `(${total} so far)`;
    return {
      state: after,
      effects: [
        ...step.effects,
        { kind: "report", item, status: SenderStatus.SenderStatusFailed },
        logLine(item, "error", text),
      ],
    };
  }, { state, effects: [] });
}
