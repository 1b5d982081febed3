/** Flow messages one at a time; what fails is tried again while not too many others wait (`spec/zedagent.md §16`). Pure. */
import type { IPFlow } from "../../topics/mod.ts";

/** Messages that may wait. */
export const flowLogCapacity = 100;
/** With more than this waiting a message that fails is dropped. */
const crowded = 90;

/** Of messages, flows or DNS requests. */
export interface FlowLogCount {
  readonly success: number;
  readonly drops: number;
  readonly failedAttempts: number;
}

/** What became of them. */
export interface FlowLogCounters {
  readonly messages: FlowLogCount;
  readonly flows: FlowLogCount;
  readonly dnsRequests: FlowLogCount;
}

/** `current`: sent, or to be sent again. */
export interface FlowLogState {
  readonly current: IPFlow | undefined;
  readonly waiting: readonly IPFlow[];
  /** Of the current one, in a row. */
  readonly failures: number;
  readonly counters: FlowLogCounters;
}

/** What happens. */
export type FlowLogEvent =
  | { readonly kind: "flow"; readonly flow: IPFlow }
  /** `retryAfterMs`: what a refusal asked for. */
  | { readonly kind: "sent"; readonly delivered: boolean; readonly retryAfterMs?: number | undefined }
  | { readonly kind: "due" };

/** What is to be done. */
export type FlowLogEffect =
  | { readonly kind: "send"; readonly flow: IPFlow }
  /** After the delay of `flowLogRetry`. */
  | { readonly kind: "due-after"; readonly failures: number; readonly retryAfterMs?: number | undefined };

/** The next state, and what to do. */
export interface FlowLogStep {
  readonly state: FlowLogState;
  readonly effects: readonly FlowLogEffect[];
}

const none: FlowLogCount = { success: 0, drops: 0, failedAttempts: 0 };

/** Nothing to send. */
export const initialFlowLog: FlowLogState = {
  current: undefined,
  waiting: [],
  failures: 0,
  counters: { messages: none, flows: none, dnsRequests: none },
};

/** One event. */
export function flowLogStep(state: FlowLogState, event: FlowLogEvent): FlowLogStep {
  const { current, waiting } = state;
  switch (event.kind) {
    case "flow":
      if (waiting.length >= flowLogCapacity) {
        return { state: { ...state, counters: counted(state.counters, event.flow, "drops") }, effects: [] };
      }
      return next({ ...state, waiting: [...waiting, event.flow] });
    case "due":
      return { state, effects: current === undefined ? [] : [{ kind: "send", flow: current }] };
    case "sent":
      return current === undefined ? { state, effects: [] } : sent(state, current, event);
  }
}

function sent(
  state: FlowLogState,
  current: IPFlow,
  { delivered, retryAfterMs }: Extract<FlowLogEvent, { kind: "sent" }>,
): FlowLogStep {
  const done = { ...state, current: undefined, failures: 0 };
  if (delivered) return next({ ...done, counters: counted(state.counters, current, "success") });
  const counters = counted(state.counters, current, "failedAttempts");
  if (state.waiting.length > crowded) {
    return next({ ...done, counters: counted(counters, current, "drops") });
  }
  const failures = state.failures + 1;
  return {
    state: { ...state, counters, failures },
    effects: [{ kind: "due-after", failures, retryAfterMs }],
  };
}

/** The first that waits, if none is under way. */
function next(state: FlowLogState): FlowLogStep {
  const [flow, ...waiting] = state.waiting;
  if (state.current !== undefined || flow === undefined) return { state, effects: [] };
  return { state: { ...state, current: flow, waiting }, effects: [{ kind: "send", flow }] };
}

function counted(counters: FlowLogCounters, flow: IPFlow, what: keyof FlowLogCount): FlowLogCounters {
  const add = (count: FlowLogCount, more: number) => ({ ...count, [what]: count[what] + more });
  return {
    messages: add(counters.messages, 1),
    flows: add(counters.flows, flow.Flows?.length ?? 0),
    dnsRequests: add(counters.dnsRequests, flow.DNSReqs?.length ?? 0),
  };
}
