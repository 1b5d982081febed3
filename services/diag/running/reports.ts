/**
 * When a report is made, and when one is given up: a mailbox with one slot, and at least 5 s between two reports
 * (`spec/diag.md §3`, D9). Pure reducer.
 */
import { type BusView, emptyBus } from "../bus/view.ts";
import { outdatesRequests, triggerOf, type TriggerWord } from "./changes.ts";

/** From the end of a report to the start of the next one, in milliseconds. */
export const restMs = 5_000;
/** What is on the bus at the start arrives together, and is one reason for one report; in milliseconds. */
export const settleMs = 500;
/** A network that never rests must not keep every report from being finished. */
const MOST_ABANDONED = 2;

/** Times are monotonic milliseconds. */
export interface ReportsState {
  readonly view: BusView;
  /** The word of the first event since the last report began. */
  readonly queued?: TriggerWord;
  readonly running?: { readonly word: TriggerWord; readonly abandoned: boolean };
  readonly notBefore: number;
  readonly abandonedInARow: number;
}

/** What has happened. */
export type ReportsEvent =
  | { readonly kind: "bus"; readonly view: BusView; readonly now: number }
  | { readonly kind: "files"; readonly now: number }
  /** The report has ended, complete or abandoned. */
  | { readonly kind: "ended"; readonly now: number }
  | { readonly kind: "woken"; readonly now: number };

/** What is to be done. */
export type ReportsEffect =
  | { readonly kind: "report"; readonly word: TriggerWord }
  /** Ends the requests of the running report, which is neither shown nor saved. */
  | { readonly kind: "abandon" }
  /** A `woken` event is wanted then. */
  | { readonly kind: "wake"; readonly at: number };

/** Before anything is known. */
export function noReports(now: number): ReportsState {
  return { view: emptyBus, notBefore: now + settleMs, abandonedInARow: 0 };
}

/** See the head of this file. */
export function reports(state: ReportsState, event: ReportsEvent): [ReportsState, readonly ReportsEffect[]] {
  switch (event.kind) {
    case "bus": {
      const word = triggerOf(state.view, event.view);
      const [next, effects] = abandonedBy({ ...state, view: event.view }, state.view);
      if (word === undefined) return [next, effects];
      const queued = word === "first" ? word : next.queued ?? word;
      return started({ ...next, queued }, event.now, effects);
    }
    case "files":
      return started({ ...state, queued: state.queued ?? "Files" }, event.now, []);
    case "ended": {
      const { running, ...rest } = state;
      const abandonedInARow = running?.abandoned ? state.abandonedInARow + 1 : 0;
      return started({ ...rest, abandonedInARow, notBefore: event.now + restMs }, event.now, []);
    }
    case "woken":
      return started(state, event.now, []);
  }
}

function abandonedBy(state: ReportsState, before: BusView): [ReportsState, ReportsEffect[]] {
  const { running, abandonedInARow } = state;
  const keep = running === undefined || running.abandoned || abandonedInARow >= MOST_ABANDONED;
  if (keep || !outdatesRequests(before, state.view)) return [state, []];
  return [{ ...state, running: { ...running, abandoned: true } }, [{ kind: "abandon" }]];
}

function started(
  state: ReportsState,
  now: number,
  effects: readonly ReportsEffect[],
): [ReportsState, readonly ReportsEffect[]] {
  const { queued, ...rest } = state;
  if (queued === undefined || state.running !== undefined) return [state, effects];
  if (now < state.notBefore) return [state, [...effects, { kind: "wake", at: state.notBefore }]];
  return [
    { ...rest, running: { word: queued, abandoned: false } },
    [...effects, { kind: "report", word: queued }],
  ];
}
