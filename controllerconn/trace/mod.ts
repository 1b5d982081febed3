/** Network traces: what happened on the way of a request, step by step (`spec/controllerconn.md §12`). */
export type { TraceClock } from "./attempt_record.ts";
export * from "./open_net_trace.ts";
