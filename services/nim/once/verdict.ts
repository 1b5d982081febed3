/** When `nim --once` has seen enough, and with which code it ends (`docs/nim_once.md`). Pure. */
import type { TestOutcome } from "../parts.ts";
import { entriesOf, type VerifyState } from "../verify/state.ts";

/** How it ended. */
export interface OnceVerdict {
  /** `degraded`: the way is fine, the server is not. `cut short`: by a signal, or nobody takes the lines. */
  readonly outcome: "reached" | "degraded" | "not reached" | "cut short";
  readonly reason: string;
}

/** `goes-on`: the decider is at work or waits. `ask`: it rests without having tested anything. */
export type OnceStep = { readonly kind: "goes-on" | "ask" } | ({ readonly kind: "end" } & OnceVerdict);

/** @param last what the last test came to; `undefined` before the first */
export function onceStep(state: VerifyState, last: TestOutcome | undefined): OnceStep {
  const isAtRest = state.settings !== undefined && state.verification === undefined &&
    state.work.kind === "none";
  if (!isAtRest) return { kind: "goes-on" };
  if (entriesOf(state).length > 0) {
    return last === undefined ? { kind: "ask" } : { kind: "end", ...verdictOf(last) };
  }
  return state.timers.has("available")
    ? { kind: "goes-on" }
    : { kind: "end", outcome: "not reached", reason: "no configuration, and no interface for a last resort" };
}

/** The time is over. @param last as of {@linkcode onceStep} @param seconds that it was given */
export function timeOver(state: VerifyState, last: TestOutcome | undefined, seconds: number): OnceVerdict {
  const reason = last === undefined ? "nothing was tested" : last.text || "what works is not proved yet";
  return state.verification === undefined && last !== undefined
    ? verdictOf(last)
    : { outcome: "not reached", reason: `${seconds} s are over: ${reason}` };
}

function verdictOf({ kind, text }: TestOutcome): OnceVerdict {
  switch (kind) {
    case "ok":
      return { outcome: "reached", reason: "the controller answers" };
    case "remote-temporary":
      return { outcome: "degraded", reason: text };
    case "not-ready":
    case "failed":
      return { outcome: "not reached", reason: text };
  }
}

/** What the process ends with. */
export const exitCodes: Readonly<Record<OnceVerdict["outcome"], number>> = {
  "reached": 0,
  "degraded": 1,
  "not reached": 2,
  "cut short": 1,
};
