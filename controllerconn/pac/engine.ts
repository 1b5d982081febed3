/** Evaluates PAC files in workers without permissions (`spec/controllerconn.md §6.5, §16.3, §18.6`). */
import { type PacChoice, parsePacResult } from "./choice.ts";
import { MAX_PAC_BYTES, MAX_RESULT_CHARS, PacError } from "./error.ts";
import { evaluate } from "./evaluation.ts";
import type { PacJob, PacOutcome } from "./sandbox.ts";

/** What a PAC file may learn of the world, and how long it may take. */
export interface PacSurroundings {
  /** IPv4 and IPv6 addresses of a name; rejects or is empty where it does not resolve. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** The port's own address, for `myIpAddress`. */
  readonly myIpAddress: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the file may run, without its lookups; 1000 if absent. */
  readonly timeLimitMs?: number;
  /** Milliseconds for all lookups together, after which names do not resolve; 5000 if absent. */
  readonly lookupLimitMs?: number;
  /** Ends the evaluation with kind `aborted`. */
  readonly signal: AbortSignal;
}

const DEFAULT_TIME_LIMIT_MS = 1000;
const DEFAULT_LOOKUP_LIMIT_MS = 5000;
/** A worker that ran a greedier file ends, for its memory would only come back at some later time. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/** The second wall: what breaks out of the engine finds a thread that may do nothing. */
export const workerOptions: WorkerOptions = { type: "module", deno: { permissions: "none" } };

function checkSize(pacText: string): void {
  // Most bytes that a code unit takes, then the count itself.
  if (pacText.length * 3 <= MAX_PAC_BYTES) return;
  const bytes = new TextEncoder().encode(pacText).length;
  if (bytes <= MAX_PAC_BYTES) return;
  throw new PacError(
    "too-large",
    `the PAC file has ${bytes} bytes, at most ${MAX_PAC_BYTES} are run; it is not run`,
  );
}

function choicesOf(outcome: PacOutcome): readonly PacChoice[] {
  switch (outcome.kind) {
    case "result":
      return parsePacResult(outcome.text);
    case "syntax":
      throw new PacError("syntax", `the PAC file is no JavaScript: ${outcome.text}`);
    case "no-function":
      throw new PacError("no-function", "the PAC file defines no function FindProxyForURL");
    case "threw":
      throw new PacError("threw", `the PAC file threw: ${outcome.text}`);
    case "bad-result": {
      const expected = `expected a string of at most ${MAX_RESULT_CHARS} characters`;
      throw new PacError("bad-result", `FindProxyForURL returned ${outcome.text}, ${expected}`);
    }
    default:
      throw new PacError("sandbox", `no PAC file can be run: ${outcome.text}`);
  }
}

/**
 * Evaluates PAC files. Each evaluation is a new JavaScript engine inside a worker that has no permission, so nothing
 * stays from one to the next; the worker is kept for the next evaluation, and replaced after a time-out or a greedy file. Evaluations may
 * run side by side. Needs `--unstable-worker-options`: without it the runtime ends the process at the first evaluation.
 */
export class PacEngine {
  readonly #closed = new AbortController();
  readonly #busy = new Set<Worker>();
  #idle: Worker | undefined;

  /**
   * Calls `FindProxyForURL(url, host)` of a PAC file. There is no fetching, and no failure means direct: that is the
   * caller's to decide.
   * @param url handed over as it is, with its path
   * @param host `host` or `host:port`, as in the URL
   * @returns the choices in the order in which the file names them; never empty
   * @throws {PacError} every kind but `no-domain`
   */
  async findProxyForURL(
    pacText: string,
    url: string,
    host: string,
    surroundings: PacSurroundings,
  ): Promise<readonly PacChoice[]> {
    checkSize(pacText);
    const { resolve, myIpAddress, timeLimitMs = DEFAULT_TIME_LIMIT_MS } = surroundings;
    const { lookupLimitMs = DEFAULT_LOOKUP_LIMIT_MS } = surroundings;
    const signal = AbortSignal.any([surroundings.signal, this.#closed.signal]);
    const job = { pacText, url, host, now: surroundings.now(), myIpAddress };
    return choicesOf(await this.#run(job, { resolve, timeLimitMs, lookupLimitMs, signal }));
  }

  async #run(job: PacJob, limits: Parameters<typeof evaluate>[3]): Promise<PacOutcome> {
    // Not loaded by programs that never see a PAC file.
    const { default: wasm } = await import("./quickjs_wasm.js");
    if (limits.signal.aborted) {
      throw new PacError("aborted", "the evaluation of the PAC file was ended by the caller");
    }
    const worker = this.#take();
    try {
      const { outcome, memoryBytes } = await evaluate(worker, wasm, job, limits);
      if (outcome.kind !== "sandbox" && memoryBytes <= MAX_KEPT_BYTES) this.#giveBack(worker);
      return outcome;
    } finally {
      if (this.#busy.delete(worker)) worker.terminate();
    }
  }

  #take(): Worker {
    const worker = this.#idle ?? new Worker(new URL("./worker.ts", import.meta.url), workerOptions);
    this.#idle = undefined;
    this.#busy.add(worker);
    return worker;
  }

  #giveBack(worker: Worker): void {
    if (this.#idle !== undefined || this.#closed.signal.aborted) return;
    this.#busy.delete(worker);
    this.#idle = worker;
  }

  /** Ends what runs (kind `aborted`) and the kept worker. Nothing can be evaluated afterwards. */
  close(): void {
    this.#closed.abort();
    this.#idle?.terminate();
    this.#idle = undefined;
    for (const worker of this.#busy) worker.terminate();
    this.#busy.clear();
  }

  /** {@linkcode PacEngine.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
