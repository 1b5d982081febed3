/** One evaluation of a PAC file, seen from the main thread: time limits, answers to lookups, the end. */
import { PacError } from "./error.ts";
import { answer, makeLookupChannel } from "./lookup_channel.ts";
import type { PacJob, PacRun } from "./sandbox.ts";
import { StoppableLimit } from "./stoppable_limit.ts";
import type { PacReport, PacRequest } from "./worker_messages.ts";

/** What an evaluation may ask for, and how long it may take. */
export interface EvaluationLimits {
  /** Addresses of a name; rejects or is empty where it does not resolve. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Milliseconds that the file may run; lookups do not count. */
  readonly timeLimitMs: number;
  /** Milliseconds for all lookups together; then names do not resolve. */
  readonly lookupLimitMs: number;
  readonly signal: AbortSignal;
}

/** A worker that starts slower is broken. */
const START_LIMIT_MS = 20_000;

/**
 * Runs one job in a worker that runs nothing else meanwhile.
 * @throws {PacError} kinds `timeout`, `aborted` and `sandbox`: the worker is then of no more use, and may still run
 */
export function evaluate(
  worker: Worker,
  wasm: WebAssembly.Module,
  job: PacJob,
  limits: EvaluationLimits,
): Promise<PacRun> {
  const { promise, resolve, reject } = Promise.withResolvers<PacRun>();
  const ended = new AbortController();
  const channel = makeLookupChannel();

  const fail = (kind: "timeout" | "aborted" | "sandbox", text: string) => reject(new PacError(kind, text));
  const start = new StoppableLimit(
    START_LIMIT_MS,
    () => fail("sandbox", `the worker for PAC files did not start within ${START_LIMIT_MS} ms`),
  );
  const script = new StoppableLimit(
    limits.timeLimitMs,
    () => fail("timeout", `the PAC file did not end within ${limits.timeLimitMs} ms; it is stopped`),
  );
  let lookupsOver = false;
  const noAnswer = Promise.withResolvers<readonly string[]>();
  const lookups = new StoppableLimit(limits.lookupLimitMs, () => {
    lookupsOver = true;
    noAnswer.resolve([]);
  });

  const lookUp = async (host: string) => {
    script.stop();
    lookups.start();
    const asking = async () => await limits.resolve(host);
    const found = lookupsOver ? [] : await Promise.race([asking(), noAnswer.promise]).catch(() => []);
    lookups.stop();
    if (ended.signal.aborted) return;
    script.start();
    answer(channel, found);
  };

  worker.addEventListener("message", ({ data }: MessageEvent<PacReport>) => {
    if (data.kind === "finished") return resolve(data.run);
    if (data.kind === "lookup") return void lookUp(data.host);
    start.stop();
    script.start();
  }, { signal: ended.signal });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail("sandbox", `the worker for PAC files broke: ${event.message}`);
  }, { signal: ended.signal });
  const abort = () => fail("aborted", "the evaluation of the PAC file was ended by the caller");
  limits.signal.addEventListener("abort", abort, { signal: ended.signal });
  if (limits.signal.aborted) abort();

  start.start();
  worker.postMessage({ wasm, job, channel } satisfies PacRequest);
  return promise.finally(() => {
    ended.abort();
    for (const limit of [start, script, lookups]) limit.stop();
    noAnswer.resolve([]);
  });
}
