/**
 * Retries: policies as plain data, the delay that follows from one, `Retry-After`, and the timetable for people
 * (decisions.md 11, `spec/controllerconn.md §14.3, 15`). No timers: callers have their own.
 * @module
 */
export * from "./delay_range.ts";
export * from "./duration_text.ts";
export * from "./explain_retry.ts";
export * from "./failure_class.ts";
export * from "./next_delay.ts";
export * from "./retry_after.ts";
export * from "./retry_policy.ts";
