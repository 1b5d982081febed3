/** When one endpoint of the local profile server is asked: the pace, and what a 404 does to it (`spec/zedagent.md §17`). Pure. */

/** The whole state of one endpoint. */
export interface EndpointState {
  /** `off`: no server is configured; there is no timer then and no request. */
  readonly phase: "off" | "waiting" | "asking";
  /** The server does not have this endpoint: it is asked rarely, and triggers are ignored. */
  readonly throttled: boolean;
  /** Asked for while a request was under way. */
  readonly again: boolean;
}

/** What came of a request. */
export type EndpointOutcome =
  /** 200, 201, 204 with whatever belongs to them. */
  | "served"
  | "not-found"
  /** Nobody to ask, no answer, another status, a wrong token. */
  | "failed"
  /** A configuration was applied meanwhile: the answer may be for another server. */
  | "discarded";

/** What happens to an endpoint. */
export type EndpointEvent =
  /** A server is configured, or another one than before. */
  | { readonly kind: "configured" }
  | { readonly kind: "unconfigured" }
  | { readonly kind: "tick" }
  /** Something to tell, or the server has announced a change. */
  | { readonly kind: "trigger" }
  /** The config item has another value. */
  | { readonly kind: "interval" }
  | { readonly kind: "answered"; readonly outcome: EndpointOutcome };

/** What the runner does, in order. */
export type EndpointEffect =
  | { readonly kind: "ask" }
  | { readonly kind: "schedule"; readonly pace: "normal" | "throttled" }
  | { readonly kind: "cancel" };

/** The answer of the reducer. */
export interface EndpointStep {
  readonly state: EndpointState;
  readonly effects: readonly EndpointEffect[];
}

/** Before any configuration. */
export const endpointOff: EndpointState = { phase: "off", throttled: false, again: false };

/** One step. @param repeatsDiscarded a discarded answer is asked for again at once, not with the next tick */
export function endpointStep(
  state: EndpointState,
  event: EndpointEvent,
  repeatsDiscarded: boolean,
): EndpointStep {
  switch (event.kind) {
    case "configured":
      return askNow({ ...state, throttled: false });
    case "unconfigured":
      return { state: endpointOff, effects: [{ kind: "cancel" }] };
    case "tick":
      return state.phase === "waiting" ? askNow(state) : unchanged(state);
    case "trigger":
      return state.phase === "off" || state.throttled ? unchanged(state) : askNow(state);
    case "interval":
      return state.phase === "waiting" && !state.throttled ? wait(state) : unchanged(state);
    case "answered":
      return answered(state, event.outcome, repeatsDiscarded);
  }
}

function unchanged(state: EndpointState): EndpointStep {
  return { state, effects: [] };
}

function askNow(state: EndpointState): EndpointStep {
  if (state.phase === "asking") return unchanged({ ...state, again: true });
  return {
    state: { ...state, phase: "asking", again: false },
    effects: [{ kind: "cancel" }, { kind: "ask" }],
  };
}

function wait(state: EndpointState): EndpointStep {
  return {
    state: { ...state, phase: "waiting", again: false },
    effects: [{ kind: "schedule", pace: state.throttled ? "throttled" : "normal" }],
  };
}

function answered(state: EndpointState, outcome: EndpointOutcome, repeatsDiscarded: boolean): EndpointStep {
  if (state.phase !== "asking") return unchanged(state);
  const throttled = outcome === "not-found" || (outcome !== "served" && state.throttled);
  const next: EndpointState = { ...state, phase: "waiting", throttled };
  const again = outcome === "discarded" ? repeatsDiscarded || state.again : state.again && !throttled;
  return again ? askNow(next) : wait(next);
}
