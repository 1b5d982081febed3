/** What the upload schedule knows at one moment, what can happen to it, and what it asks for. Plain data. */
import type { Outcome } from "./response_policy.ts";

/** Both clocks at once, in milliseconds: the wall clock for what is published, the monotonic one for every wait. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** See {@linkcode step}. Times are monotonic milliseconds unless they are a `Moment`. */
export interface ScheduleState {
  readonly fastUpload: boolean;
  /** Number of the tick in force. Files rest and queues are held until the tick of a given number. */
  readonly tick: number;
  /** When the next tick is due. */
  readonly tickAt: number;
  /** No tick before this, because the controller said so (`Retry-After`). */
  readonly notBefore: number;
  /** `CurrUploadIntvSec`, and the base it was drawn around. */
  readonly intervalSec: number;
  readonly base: number;
  /** Files may be started; between drains fresh ones wait for the tick. */
  readonly draining: boolean;
  /** Nothing starts before this tick: nobody answers, or everything is refused. */
  readonly troubledUntilTick: number;
  /** Nothing starts before this tick: 429, or `Retry-After`. */
  readonly throttledUntilTick: number;
  /** When the next file may start; keeps the pace. */
  readonly startAt: number;
  readonly startsInTick: number;
  /** Attempts since `NewlogMetrics` was last asked for. */
  readonly attempts: number;
  /** Files in flight at once: one while feeling the way, several once the controller answers. */
  readonly window: number;
  readonly okRun: number;
  readonly failRun: number;
  /** Files not taken in a row, with nothing delivered in between and without blame for the file. */
  readonly troubleRun: number;
  /** Rejections in a row while every file is rejected. */
  readonly rejectAllRun: number;
  readonly failedToSend: boolean;
  /** `failedToSend` is set since the start and nothing has failed yet (W18). */
  readonly presumed: boolean;
  readonly failSince: Moment;
  readonly tooManyAt: Moment | undefined;
  readonly backOffUntil: number;
  /** The tick in which the interval was last doubled: a burst of 429 doubles once (W12). */
  readonly doubledInTick: number;
}

/** What can happen. `left` counts the files waiting in both folders. */
export type ScheduleEvent =
  /** `tickAt` has come. */
  | { readonly kind: "tick"; readonly left: number }
  /** A file was started. */
  | { readonly kind: "started" }
  /** A send ended. `suspects`: different files rejected since the last delivery. */
  | {
    readonly kind: "result";
    readonly outcome: Outcome;
    readonly retryAfterMs: number;
    readonly suspects: number;
    readonly left: number;
  }
  /** No file is ready. */
  | { readonly kind: "idle"; readonly inFlight: number }
  /** Files came; `ready` counts those that could start. */
  | { readonly kind: "files"; readonly ready: number }
  /** `newlog.allow.fastupload` as it is now. */
  | { readonly kind: "fastUpload"; readonly on: boolean; readonly left: number }
  /** A usable management address came that was not there before. */
  | { readonly kind: "addressGained" };

/** What the runner is to do. */
export type ScheduleEffect = "publishNewlogMetrics";

/** What {@linkcode step} gives back. */
export interface Step {
  readonly state: ScheduleState;
  readonly effects: readonly ScheduleEffect[];
}
