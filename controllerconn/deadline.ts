/** Time limits as signals, without a timer left behind. */
import type { ControllerConnErrorKind } from "./error.ts";
import { OwnFailure } from "./transport_failure.ts";

const MAX_CALL_MS = 240_000;

/** Limit of a whole call over all ports: min(3 × send timeout, 240 s); 240 s without a send timeout. */
export function callLimitMs(sendTimeoutMs: number): number {
  return sendTimeoutMs === 0 ? MAX_CALL_MS : Math.min(3 * sendTimeoutMs, MAX_CALL_MS);
}

/** Limit of a request that goes one way only: the send timeout; 240 s without one. */
export function singleLimitMs(sendTimeoutMs: number): number {
  return sendTimeoutMs === 0 ? MAX_CALL_MS : sendTimeoutMs;
}

/**
 * Runs `work` with a signal that ends with `parent`, or after `milliseconds` (0 = never).
 * @param onParent makes the reason when `parent` ends first; without it the parent's own reason is passed on
 */
export async function within<T>(
  parent: AbortSignal,
  milliseconds: number,
  onTimeout: string,
  work: (signal: AbortSignal) => Promise<T>,
  onParent?: ControllerConnErrorKind,
): Promise<T> {
  const controller = new AbortController();
  const fromParent = () => {
    controller.abort(
      onParent === undefined ? parent.reason : new OwnFailure(onParent, "ended by the caller"),
    );
  };
  if (parent.aborted) fromParent();
  parent.addEventListener("abort", fromParent);
  const timer = milliseconds > 0
    ? setTimeout(() => controller.abort(new OwnFailure("timeout", onTimeout)), milliseconds)
    : undefined;
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener("abort", fromParent);
  }
}

/** Work that can't be cancelled, abandoned when the signal aborts. Rejects with its reason then. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
