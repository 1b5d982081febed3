/** How far an attempt has come; kept up to date while it runs, so that any failure can say where. */
import type { TraceSink, TraceStep } from "./trace_event.ts";

/** In their order. With a proxy `resolve` and `connect` concern the proxy. */
export type Phase = "resolve" | "connect" | "proxy" | "handshake" | "request" | "body";

/** See the head of this file. */
export class Progress {
  phase: Phase = "resolve";
  /** The address tried last. */
  destination: string | undefined;
  /** The connection had served a request before. */
  reused = false;

  constructor(private readonly sink?: TraceSink) {}

  /** Somebody listens: what only a trace needs is worth its cost. */
  get traced(): boolean {
    return this.sink !== undefined;
  }

  trace(step: TraceStep): void {
    this.sink?.(step);
  }

  enter(phase: Phase): void {
    this.phase = phase;
  }
}
