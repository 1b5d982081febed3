/**
 * When a device info is sent, and again (`spec/zedagent.md §14.1, 14.3`, `spec/device-api.md §2.3`). Pure.
 *
 * There is one slot: a report that could not be delivered is made anew from the state of then (decisions.md 15, 22).
 */
import { delayRange, durationText, scheduleMs, statusClass } from "../../../controllerconn/retry/mod.ts";
import { infoRetry } from "../retry_policies.ts";

/** See {@linkcode infoStep}. */
export interface InfoState {
  /** A report is to be sent. */
  readonly wanted: boolean;
  readonly sending: boolean;
  /** Refusals or failures in a row. */
  readonly failures: number;
  /** What the last answer to a report that is still wanted asks for. */
  readonly waiting: "no" | "refused" | "unreachable";
  /** Reports given up because the controller does not take them. */
  readonly dropped: number;
}

/** Nothing wanted yet. */
export const initialInfo: InfoState = {
  wanted: false,
  sending: false,
  failures: 0,
  waiting: "no",
  dropped: 0,
};

/** What happens. */
export type InfoEvent =
  /** Something changed, or the period is over. */
  | { readonly kind: "request" }
  /** Another device UUID or epoch: whatever was refused before counts no more. */
  | { readonly kind: "publish-all" }
  | { readonly kind: "retry-timer" }
  /** `retryAfterMs`: what a refusal asked for. */
  | {
    readonly kind: "sent";
    readonly outcome: SendOutcome;
    readonly reason: string;
    readonly retryAfterMs?: number | undefined;
  };

/** How a send ended. */
export type SendOutcome = "delivered" | "not-now" | "no-answer" | "not-taken";

/** What is to be done. */
export type InfoEffect =
  | { readonly kind: "send" }
  /** Uniform in [lowMs, highMs); replaces a running timer. */
  | { readonly kind: "retry-in"; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: "cancel-timer" }
  | { readonly kind: "log"; readonly level: "warn" | "error"; readonly text: string };

/** The next state, and what to do. */
export interface InfoStep {
  readonly state: InfoState;
  readonly effects: readonly InfoEffect[];
}

/** @param httpStatus 0 if nobody answered @param delivered status 200, 201, 204 or 304 */
export function sendOutcome(httpStatus: number, delivered: boolean): SendOutcome {
  if (delivered) return "delivered";
  switch (statusClass(httpStatus)) {
    case "no-answer":
      return "no-answer";
    case "refused-final":
      return "not-taken";
    default:
      return "not-now";
  }
}

/** One event. At most one report is under way. */
export function infoStep(state: InfoState, event: InfoEvent): InfoStep {
  switch (event.kind) {
    case "request":
      // A controller that said "not now" is left in peace; one that could not be reached may be back, for
      // instance because the change is that of the network.
      return state.sending || state.waiting === "refused" ? { state: want(state), effects: [] } : send(state);
    case "publish-all":
      return state.sending
        ? { state: { ...want(state), failures: 0 }, effects: [] }
        : send({ ...state, failures: 0 });
    case "retry-timer":
      return state.wanted && !state.sending ? send(state) : { state, effects: [] };
    case "sent":
      return sent({ ...state, sending: false }, event);
  }
}

const want = (state: InfoState): InfoState => ({ ...state, wanted: true });

function send(state: InfoState): InfoStep {
  return {
    state: { ...state, wanted: false, sending: true, waiting: "no" },
    effects: [{ kind: "cancel-timer" }, { kind: "send" }],
  };
}

function sent(
  state: InfoState,
  { outcome, reason, retryAfterMs }: Extract<InfoEvent, { kind: "sent" }>,
): InfoStep {
  switch (outcome) {
    case "delivered":
      return next({ ...state, failures: 0 }, []);
    case "not-taken": {
      const dropped = state.dropped + 1;
      const text = `device info is not taken: ${reason}; it is dropped (${dropped} so far)`;
      return next({ ...state, failures: 0, dropped }, [{ kind: "log", level: "error", text }]);
    }
    default: {
      const failures = state.failures + 1;
      const range = delayRange(infoRetry, failures, retryAfterMs);
      const about = durationText(Math.max(range.lowMs, scheduleMs(infoRetry.schedule, failures)));
      const text = `device info is not delivered: ${reason}; trying again in ${about}`;
      return {
        state: {
          ...state,
          wanted: true,
          failures,
          waiting: outcome === "not-now" ? "refused" : "unreachable",
        },
        effects: [
          { kind: "log", level: "warn", text },
          { kind: "retry-in", ...range },
        ],
      };
    }
  }
}

/** What was asked for meanwhile goes out at once. */
function next(state: InfoState, effects: readonly InfoEffect[]): InfoStep {
  if (!state.wanted) return { state, effects };
  const step = send(state);
  return { state: step.state, effects: [...effects, ...step.effects] };
}
