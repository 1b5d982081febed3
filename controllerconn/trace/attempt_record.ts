/** The steps of one attempt with their times, as they came. */
import type { AttemptBegin, TraceSink, TraceStep } from "../connect/trace_event.ts";

/** One step. */
export interface TimedStep {
  /** Milliseconds since the attempt began. */
  readonly at: number;
  readonly step: TraceStep;
}

/** One attempt: one port, one source address, one way. */
export interface AttemptRecord {
  readonly begin: AttemptBegin;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  readonly steps: readonly TimedStep[];
}

/** Time for a recording. */
export interface TraceClock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonic(): number;
}

/** Starts one; the sink takes the steps for as long as somebody sends them. */
export function recordAttempt(
  begin: AttemptBegin,
  clock: TraceClock,
): { readonly record: AttemptRecord; readonly sink: TraceSink } {
  const steps: TimedStep[] = [];
  const from = clock.monotonic();
  return {
    record: { begin, beganAt: clock.now(), steps },
    sink: (step) => void steps.push({ at: clock.monotonic() - from, step }),
  };
}
