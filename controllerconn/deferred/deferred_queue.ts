/** The deferred queue at work: one item at a time over a client, kept in memory only (`spec/controllerconn.md §14`). */
import type { AttemptTracer } from "../connect/trace_event.ts";
import type { Client, SendResult } from "../types.ts";
import { SenderStatus } from "../sender_status.ts";
import { type DeferredSnapshot, deferredSnapshot } from "./deferred_counters.ts";
import { deferredOutcome } from "./deferred_outcome.ts";
import { deferredWakeAt } from "./deferred_pass.ts";
import { deferredStep, initialDeferred } from "./deferred_state.ts";
import {
  defaultDeferredSettings,
  type DeferredEffect,
  type DeferredEvent,
  type DeferredItem,
  type DeferredRequest,
  type DeferredSettings,
} from "./deferred_types.ts";

/** One send that is traced (`spec/controllerconn.md §12`). */
export interface TracedSend {
  /** Told of every step. */
  readonly tracer: AttemptTracer;
  /** Called once, when the send has ended. Must not throw. */
  ended(result: SendResult): void;
}

/** See {@linkcode createDeferredQueue}. */
export interface DeferredQueueOptions {
  /** Sends; see `Client`. */
  readonly client: Pick<Client, "sendOnAllIntf">;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds or as soon as `signal` aborts, never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Ends the queue, as `close()` does. */
  readonly signal: AbortSignal;
  /** Where not given: 500 items, 8 MiB, no priorities. */
  readonly settings?: Partial<DeferredSettings>;
  /** Takes the lines for the program's log. */
  readonly log: (level: "info" | "warn" | "error", text: string) => void;
  /**
   * Called with 0 for what is delivered, 13 for each item that a pass leaves, and the status of the failure, 12 where it has
   * none, for any other end. May set and remove items.
   * @param result of the send; absent with 13 and for what a full queue gave up
   */
  readonly handler?: (item: DeferredRequest, status: SenderStatus, result: SendResult | undefined) => void;
  /** Asked with each send: how it is to be traced, if at all. Must not throw. */
  readonly trace?: (item: DeferredRequest) => TracedSend | undefined;
  /** The snapshot is another. */
  readonly changed?: () => void;
}

type DeferredReport = Extract<DeferredEffect, { kind: "report" }>;

/** A running queue. */
export interface DeferredQueue {
  /** Replaces what is queued under the key, or appends; asks for a pass at once. Identical bytes keep their delay. */
  setDeferred(request: DeferredRequest): void;
  /** Takes the key out, also what is on its way: that send is aborted and nothing is told of it. */
  removeDeferred(key: string): void;
  /** Asks for a pass at once; refused items stay delayed. */
  kickTimerNow(): void;
  /** The next pass comes within 1 to 31 s. */
  kickTimerWithinMinute(): void;
  /** The bytes that wait under the key. */
  queued(key: string): Uint8Array | undefined;
  /** As of now. */
  counters(): DeferredSnapshot;
  /** Forgets all items. Resolves when nothing is on its way any more. */
  close(): Promise<void>;
}

/**
 * Starts an empty queue: one item is on its way at a time, each within the limit of one call of the client. After an outage
 * 10 items follow one another at once, then about 5 a second. A full queue gives up the oldest item of the lowest priority.
 * What is refused waits 1, 2, 4, 8, 15, 15 … min; when nobody answers, the whole queue does. It holds no timer while it is
 * empty, and nothing of it outlives the process.
 */
export function createDeferredQueue(options: DeferredQueueOptions): DeferredQueue {
  const { client, now, random, signal, log } = options;
  const settings = { ...defaultDeferredSettings, ...options.settings };
  const events: DeferredEvent[] = [];
  let state = initialDeferred;
  let isStepping = false;
  let isClosed = false;
  let sending: AbortController | undefined;
  let onItsWay: Promise<void> = Promise.resolve();
  let alarm: { readonly at: number; readonly abort: AbortController } | undefined;

  const dispatch = (event: DeferredEvent, result?: SendResult) => {
    if (isClosed) return;
    events.push(event);
    if (isStepping) return;
    isStepping = true;
    for (let next = events.shift(); next !== undefined; next = events.shift()) {
      const step = deferredStep(state, next, { now: now(), random: random(), settings });
      const changed = step.state.items !== state.items || step.state.counters !== state.counters;
      state = step.state;
      const serial = next.kind === "sent" ? next.serial : undefined;
      for (const effect of step.effects) perform(effect, serial, result);
      if (changed) options.changed?.();
    }
    isStepping = false;
    setAlarm();
  };

  const perform = (effect: DeferredEffect, sent: number | undefined, result: SendResult | undefined) => {
    switch (effect.kind) {
      case "send":
        onItsWay = send(effect.item, effect.iteration);
        return;
      case "abort-send":
        sending?.abort();
        return;
      case "log":
        log(effect.level, effect.text);
        return;
      case "report":
        tell(effect, effect.item.serial === sent ? result : undefined);
    }
  };

  const tell = ({ item, status }: DeferredReport, result: SendResult | undefined) => {
    const isLeft = status === SenderStatus.SenderStatusDebug;
    try {
      options.handler?.(item, status, isLeft ? undefined : result);
    } catch (error) {
      log("error", `the handler of ${item.itemType} failed: ${error}; the queue goes on`);
    }
  };

  const send = async (item: DeferredItem, iteration: number) => {
    const abort = sending = new AbortController();
    const traced = options.trace?.(item);
    const result = await client.sendOnAllIntf(item.url, item.payload, {
      signal: abort.signal,
      iteration,
      bailOnHTTPErr: item.bailOnHTTPErr === true,
      ...(traced === undefined ? {} : { tracer: traced.tracer }),
    });
    traced?.ended(result);
    if (sending === abort) sending = undefined;
    const reason = result.error?.message ?? "";
    dispatch({ kind: "sent", serial: item.serial, outcome: deferredOutcome(result, now()), reason }, result);
  };

  const setAlarm = () => {
    const at = isClosed ? undefined : deferredWakeAt(state);
    if (at === alarm?.at) return;
    alarm?.abort.abort();
    alarm = undefined;
    if (at === undefined) return;
    const mine = alarm = { at, abort: new AbortController() };
    void options.sleep(Math.max(0, at - now()), mine.abort.signal).then(() => {
      if (alarm !== mine) return;
      alarm = undefined;
      dispatch({ kind: "wake" });
    });
  };

  const close = () => {
    if (!isClosed) {
      isClosed = true;
      signal.removeEventListener("abort", close);
      state = initialDeferred;
      setAlarm();
      sending?.abort();
    }
    return onItsWay;
  };
  if (signal.aborted) void close();
  else signal.addEventListener("abort", close);

  return {
    setDeferred: (request) => dispatch({ kind: "set", request }),
    removeDeferred: (key) => dispatch({ kind: "remove", key }),
    kickTimerNow: () => dispatch({ kind: "kick-now" }),
    kickTimerWithinMinute: () => dispatch({ kind: "kick-within-minute" }),
    queued: (key) => state.items.find((item) => item.key === key)?.payload,
    counters: () => deferredSnapshot(state, now()),
    close,
  };
}
