/** When metrics are sent: at the start, then in [0.3 T, T); a slower pace is announced first (`spec/zedagent.md §15`). Pure. */

/** Milliseconds. */
export interface MetricsState {
  /** The pace in force. */
  readonly paceMs: number;
  /** The interval asked for; longer than the pace until a message has told of it. */
  readonly intervalMs: number;
  /** The interval that the message under way tells of. */
  readonly sendingMs?: number;
}

/** What happens. */
export type MetricsEvent =
  | { readonly kind: "start" | "tick" }
  | { readonly kind: "interval"; readonly intervalMs: number }
  /** `retryAfterMs`: what a refusal asked for. */
  | { readonly kind: "sent"; readonly delivered: boolean; readonly retryAfterMs?: number | undefined };

/** What is to be done. */
export type MetricsEffect =
  /** With the dormant time of `intervalMs`. */
  | { readonly kind: "send"; readonly intervalMs: number }
  /** After the delay of `metricsRetry`; replaces a running timer. */
  | { readonly kind: "tick-within"; readonly paceMs: number; readonly retryAfterMs?: number };

/** The next state, and what to do. */
export interface MetricsStep {
  readonly state: MetricsState;
  readonly effects: readonly MetricsEffect[];
}

/** One event. At most one message is under way; one that fails is lost. */
export function metricsStep(state: MetricsState, event: MetricsEvent): MetricsStep {
  switch (event.kind) {
    case "start":
    case "tick":
      return send(state);
    case "interval": {
      const { intervalMs } = event;
      if (intervalMs > state.paceMs) return send({ ...state, intervalMs });
      const faster = { ...state, intervalMs, paceMs: intervalMs };
      // While a message is under way the timer is not running.
      return state.sendingMs === undefined && intervalMs < state.paceMs
        ? { state: faster, effects: [{ kind: "tick-within", paceMs: intervalMs }] }
        : { state: faster, effects: [] };
    }
    case "sent":
      return sent(state, event.delivered, event.retryAfterMs);
  }
}

function send(state: MetricsState): MetricsStep {
  if (state.sendingMs !== undefined) return { state, effects: [] };
  const { intervalMs } = state;
  return { state: { ...state, sendingMs: intervalMs }, effects: [{ kind: "send", intervalMs }] };
}

function sent(
  { paceMs, intervalMs, sendingMs }: MetricsState,
  delivered: boolean,
  retryAfterMs: number | undefined,
): MetricsStep {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (intervalMs > paceMs && sendingMs !== intervalMs && retryAfterMs === undefined) {
    return send({ paceMs, intervalMs });
  }
  const pace = delivered || intervalMs < paceMs ? intervalMs : paceMs;
  return {
    state: { paceMs: pace, intervalMs },
    effects: [{ kind: "tick-within", paceMs: pace, ...asked }],
  };
}
