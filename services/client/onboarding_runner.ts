/** Performs what the onboarding reducer asks for: requests, timers, LED; feeds it what comes back (`onboarding.ts`). */
import { type DelayRange, drawn } from "../../controllerconn/mod.ts";
import { errorText, jitter } from "../agent/mod.ts";
import type { Clock, Random } from "../agent/mod.ts";
import type { FailureReason } from "./failure_reason.ts";
import { onboard } from "./onboarding.ts";
import type {
  CertsResult,
  Ending,
  OnboardingEffect,
  OnboardingEvent,
  TimerName,
  UuidResult,
} from "./onboarding_events.ts";
import { type OnboardingState, times } from "./onboarding_state.ts";
import type { Outcome } from "./outcome.ts";
import type { UuidAnswer } from "./uuid_answer.ts";

/** The three requests; each ends at once when its signal aborts. None throws for what a controller or network does. */
export interface ControllerRequests {
  fetchCerts(server: string, iteration: number, signal: AbortSignal): Promise<CertsResult>;
  register(server: string, iteration: number, signal: AbortSignal): Promise<Outcome>;
  getUuid(server: string, iteration: number, signal: AbortSignal): Promise<UuidResult>;
}

/** What the runner needs of the device. */
export interface RunnerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly requests: ControllerRequests;
  setLed(blinkCounter: number): void;
  /** Tells people why the last pass failed. */
  tell(reason: FailureReason): void;
  /** Content of `/config/server`, trimmed; `""` if it has nothing to say. Asked before each tick. */
  readServer(): string;
  /** Whether a file of controller certificates is readable. */
  hasCheckpoint(): boolean;
  /** After each event: the agent is alive. */
  touch(): void;
  /** An effect failed in a way that is nobody's plan; the run goes on. */
  report(text: string): void;
}

/** How the run ended; `aborted` when the device ends. */
export interface RunResult {
  readonly ending: Ending | "aborted";
  readonly answer?: UuidAnswer;
  /** Of the last pass, where the retries are used up and it has a name. */
  readonly reason?: FailureReason;
}

/** One run. */
export interface OnboardingRun {
  /** Takes an event from outside: `network`, `server`. After the end it does nothing. */
  dispatch(event: OnboardingEvent): void;
  readonly result: Promise<RunResult>;
}

/** Starts the timers of `state` at once. Everything it started has ended when `result` is there. */
export function startOnboarding(state: OnboardingState, parts: RunnerParts): OnboardingRun {
  const run = new Runner(state, parts);
  run.dispatch({ kind: "started" });
  return run;
}

/**
 * Signals are passed on by hand: the runtime forgets an `AbortSignal.any` that only a listener holds when it collects
 * garbage, and the abort never arrives.
 */
class Runner implements OnboardingRun {
  readonly result: Promise<RunResult>;
  readonly #parts: RunnerParts;
  readonly #ended = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  readonly #timers = new Map<TimerName, AbortController>();
  #state: OnboardingState;
  #request = new AbortController();
  #result: RunResult = { ending: "aborted" };

  constructor(state: OnboardingState, parts: RunnerParts) {
    this.#state = state;
    this.#parts = parts;
    this.result = this.#untilEnded();
    this.#start(() => this.#watchServer());
  }

  dispatch(event: OnboardingEvent): void {
    if (this.#ended.signal.aborted) return;
    this.#parts.touch();
    const { state, effects } = onboard(this.#state, event, this.#parts.clock.monotonic());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: OnboardingEffect): void {
    const { requests } = this.#parts;
    switch (effect.kind) {
      case "fetchCerts":
        return this.#send({ kind: "certs", id: effect.id, result: { kind: "failed" } }, async (signal) => {
          const result = await requests.fetchCerts(effect.server, effect.iteration, signal);
          return { kind: "certs", id: effect.id, result };
        });
      case "register":
        return this.#send(
          { kind: "registered", id: effect.id, outcome: { verdict: "unreachable" } },
          async (signal) => {
            const outcome = await requests.register(effect.server, effect.iteration, signal);
            return { kind: "registered", id: effect.id, outcome };
          },
        );
      case "getUuid":
        return this.#send({ kind: "uuid", id: effect.id, result: { kind: "unusable" } }, async (signal) => {
          const result = await requests.getUuid(effect.server, effect.iteration, signal);
          return { kind: "uuid", id: effect.id, result };
        });
      case "cancelRequest":
        return this.#request.abort();
      case "setTimer":
        return this.#setTimer(effect.timer, effect);
      case "setLed":
        return this.#parts.setLed(effect.blinkCounter);
      case "tell":
        return this.#parts.tell(effect.reason);
      case "finish": {
        const { kind: _, ...result } = effect;
        this.#result = result;
        return this.#end();
      }
    }
  }

  /** @param failed what a request comes to that throws: otherwise the pass would wait for it for ever */
  #send(failed: OnboardingEvent, request: (signal: AbortSignal) => Promise<OnboardingEvent>): void {
    this.#request = new AbortController();
    const { signal } = this.#request;
    this.#start(async () => {
      const event = await request(signal).catch((error) => {
        this.#parts.report(errorText(error));
        return failed;
      });
      if (!signal.aborted) this.dispatch(event);
    });
  }

  #setTimer(timer: TimerName, range: DelayRange): void {
    this.#timers.get(timer)?.abort();
    const controller = new AbortController();
    this.#timers.set(timer, controller);
    const { clock, random } = this.#parts;
    const delay = drawn(range, () => random.next());
    this.#start(async () => {
      await clock.sleep(delay, controller.signal);
      if (controller.signal.aborted) return;
      if (timer === "tick") this.#checkServer();
      // Another server starts the back-off anew: this tick is history then.
      if (!controller.signal.aborted) this.#fire(timer);
    });
  }

  #fire(timer: TimerName): void {
    const looksAtIt = timer === "offline" || timer === "patience";
    this.dispatch({ kind: "timer", timer, checkpoint: looksAtIt && this.#parts.hasCheckpoint() });
  }

  async #watchServer(): Promise<void> {
    const { signal } = this.#ended;
    const { clock, random } = this.#parts;
    for (;;) {
      await clock.sleep(jitter(random, times.serverCheck), signal);
      if (signal.aborted) return;
      this.#checkServer();
    }
  }

  #checkServer(): void {
    this.dispatch({ kind: "server", server: this.#parts.readServer() });
  }

  #start(task: () => Promise<void>): void {
    const running: Promise<void> = task()
      .catch((error) => this.#parts.report(errorText(error)))
      .finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  #end(): void {
    this.#ended.abort();
    this.#request.abort();
    for (const timer of this.#timers.values()) timer.abort();
  }

  async #untilEnded(): Promise<RunResult> {
    const { signal } = this.#parts;
    const onAbort = () => this.#end();
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) this.#end();
    if (!this.#ended.signal.aborted) {
      await new Promise((resolve) => this.#ended.signal.addEventListener("abort", resolve, { once: true }));
    }
    signal.removeEventListener("abort", onAbort);
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    return this.#result;
  }
}
