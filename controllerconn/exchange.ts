/**
 * One request and its answer over one source address: the destination addresses in turn within the dial timer, and one
 * more try if a kept connection broke before the first byte of the answer (decisions.md 10).
 */
import { isIP } from "node:net";
import { closeIdle } from "./connections.ts";
import { destinations, hostOf } from "./destinations.ts";
import { type Answer, type ExchangeJob, oneTry, type TryState } from "./one_try.ts";
import { OwnFailure, type TransportFailure, transportFailure } from "./transport_failure.ts";

/** No answer. */
export interface FailedExchange {
  readonly failure: TransportFailure;
  /** The address tried last, if it came that far. */
  readonly destination?: string;
}

export type ExchangeResult = { readonly answer: Answer } | FailedExchange;

/** With several destinations each gets at least this share of the dial timer. */
const MIN_DIAL_SHARE_MS = 2000;

class Exchange {
  readonly #job: ExchangeJob;
  readonly #host: string;
  readonly #dialEnd: number;
  #found: readonly string[] | undefined;
  #index = 0;

  constructor(job: ExchangeJob) {
    this.#job = job;
    this.#host = hostOf(job.url);
    this.#dialEnd = job.dialTimeoutMs === 0 ? Infinity : performance.now() + job.dialTimeoutMs;
  }

  async run(): Promise<ExchangeResult> {
    for (let renewed = false;;) {
      const state: TryState = { phase: "resolve", reused: false };
      try {
        // The runtime asks its lookup function for names only.
        if (isIP(this.#host) !== 0) await this.#destination();
        const answer = await oneTry(this.#job, state, {
          host: this.#host,
          find: () => this.#destination(),
          shareMs: () => this.#dialShare(),
        });
        return { answer };
      } catch (error) {
        const broken = state.reused && state.phase === "request" && !(error instanceof OwnFailure);
        if (broken && !renewed) {
          renewed = true;
          closeIdle(this.#job.agent);
          continue;
        }
        if (state.phase === "connect" && this.#nextDestination()) continue;
        const destination = this.#found?.[this.#index];
        const failure = transportFailure(error, state.phase);
        return destination === undefined ? { failure } : { failure, destination };
      }
    }
  }

  async #destination(): Promise<string> {
    this.#found ??= await destinations(this.#host, isIP(this.#job.sourceAddr), this.#job.resolve);
    return this.#found[this.#index] ?? "";
  }

  #nextDestination(): boolean {
    if (this.#job.signal.aborted || performance.now() >= this.#dialEnd) return false;
    if (this.#index + 1 >= (this.#found?.length ?? 0)) return false;
    this.#index++;
    return true;
  }

  /** Milliseconds that the current destination may take; undefined without a dial timer. */
  #dialShare(): number | undefined {
    if (this.#dialEnd === Infinity) return undefined;
    const left = Math.max(0, this.#dialEnd - performance.now());
    const destinationsLeft = Math.max(1, (this.#found?.length ?? 1) - this.#index);
    return Math.min(left, Math.max(left / destinationsLeft, MIN_DIAL_SHARE_MS));
  }
}

/** Never throws. */
export function exchange(job: ExchangeJob): Promise<ExchangeResult> {
  return new Exchange(job).run();
}
