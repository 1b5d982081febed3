/** The deferred queue: keeps what the controller did not take yet and sends it again (`spec/controllerconn.md §14`). */
export { type DeferredCounters, type DeferredSnapshot, type DropClass } from "./deferred_counters.ts";
export { deferredItemRetry, deferredQueueRetry } from "./deferred_delay.ts";
export {
  createDeferredQueue,
  type DeferredQueue,
  type DeferredQueueOptions,
  type TracedSend,
} from "./deferred_queue.ts";
export { defaultDeferredSettings, type DeferredRequest, type DeferredSettings } from "./deferred_types.ts";
