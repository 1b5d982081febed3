/**
 * One request and its answer over one source address and one way; one more try if a kept connection broke before the first
 * byte of the answer (decisions.md 10).
 */
import type { ClockReading } from "../clock_doubt.ts";
import { OwnFailure, type TransportFailure, transportFailure } from "../transport_failure.ts";
import { closeIdle } from "./connections.ts";
import { type Answer, type ExchangeJob, oneTry } from "./one_try.ts";
import { Progress } from "./progress.ts";
import { takeSecondLook } from "./second_look.ts";
import type { TraceSink } from "./trace_event.ts";

/** An answer, or why there is none. */
export type ExchangeResult = { readonly answer: Answer } | { readonly failure: TransportFailure };

/** Never throws. */
export async function exchange(
  job: ExchangeJob,
  clock: ClockReading,
  sink?: TraceSink,
): Promise<ExchangeResult> {
  for (let renewed = false;;) {
    const progress = new Progress(sink);
    try {
      return { answer: await oneTry(job, progress) };
    } catch (error) {
      const unanswered = progress.reused && progress.phase === "request";
      // What the others lead to is as dead, and each of them would cost a time-out of its own.
      if (unanswered) closeIdle(job.agent);
      if (unanswered && !renewed && isBroken(error)) {
        renewed = true;
        continue;
      }
      const viaProxy = job.proxy.kind === "proxy";
      const failure = transportFailure(error, progress.phase, viaProxy);
      const verdict = failure.untrusted ? await takeSecondLook(job, clock, progress.phase) : undefined;
      const told = verdict === undefined ? failure : { ...failure, ...verdict };
      progress.trace({ step: "failed", kind: told.kind, text: told.text });
      return { failure: told };
    }
  }
}

/** The connection ended; bytes that are no HTTP came from somebody who is there. */
function isBroken(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return !(error instanceof OwnFailure) && !(typeof code === "string" && code.startsWith("HPE_"));
}
