/** Which configuration a verification begins with, and where to wait without one (`spec/nim.md §7.3, 19 W25–W27`). */
import type { DevicePortConfig } from "../../topics/mod.ts";
import { isUntested } from "../dpc/predicates.ts";
import { isBelowManual, nextTestable } from "../dpc/testable.ts";
import { hopeless } from "./precheck.ts";
import { currentOf, entriesOf, isSuccess } from "./state.ts";
import { note, type Turn } from "./turn.ts";

/** See {@linkcode firstToVerify}. */
export interface Choice {
  readonly turn: Turn;
  /** -1 if nothing is testable. */
  readonly index: number;
  /** Milliseconds after which a better one that was passed over now may be tried; absent if none was, or nobody knows. */
  readonly retryMs?: number;
}

/**
 * The first that is testable. While the current one works, another that has failed before is passed over if it is
 * without link, or if the current one works only since a moment ago; each is noted.
 */
export function firstToVerify(turn: Turn): Choice {
  const { state, rules, now } = turn;
  const { coolDownMs } = rules.limits;
  let so = turn;
  let retryMs: number | undefined;
  let index = nextTestable(state.list, 0, now.time, coolDownMs);
  while (index !== -1) {
    const why = reasonToPass(turn, index);
    if (why === undefined) break;
    so = note(so, `index ${index} is not tried: ${why.text}`);
    if (why.retryMs !== undefined) retryMs = Math.min(retryMs ?? why.retryMs, why.retryMs);
    const next = nextTestable(state.list, index + 1, now.time, coolDownMs);
    index = next > index ? next : -1;
  }
  if (index === -1 && works(turn) && !isBelowManual(state.list)) index = state.list.CurrentIndex;
  return retryMs === undefined ? { turn: so, index } : { turn: so, index, retryMs };
}

/** The current configuration reaches the controller, and nothing is known that would speak against it. */
export function works({ state }: Turn): boolean {
  const current = currentOf(state);
  return current !== undefined && isSuccess(current) && state.controllerWorks &&
    hopeless(current, state.network, state.adapters) === undefined;
}

function reasonToPass(turn: Turn, index: number): { text: string; retryMs?: number } | undefined {
  const { state, rules, now } = turn;
  const entry = entriesOf(state)[index];
  if (entry === undefined || !isRetry(entry, index, turn) || !works(turn)) return undefined;
  const why = hopeless(entry, state.network, state.adapters);
  if (why !== undefined) return { text: why };
  const worked = now.ms - (state.workingSince ?? now.ms);
  const missing = rules.limits.minimumWorkingMs - worked;
  return missing <= 0 ? undefined : {
    text: `the current one has worked for ${Math.floor(worked / 1000)} s only`,
    retryMs: missing,
  };
}

function isRetry(entry: DevicePortConfig, index: number, { state }: Turn): boolean {
  return index !== state.list.CurrentIndex && !isUntested(entry);
}
