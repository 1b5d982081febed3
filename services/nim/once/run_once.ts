/** `nim --once`: decides until the network is judged, prints each decision, and ends (`spec/nim.md §17`, `docs/nim_once.md`). */
import {
  type ChildAbort,
  childAbort,
  type Device,
  errorText,
  openTimer,
  printText,
} from "../../agent/mod.ts";
import { goTime } from "../../topics/mod.ts";
import { openOutlets, quietOutlets } from "../outlets.ts";
import type { TestOutcome } from "../parts.ts";
import { type DecisionWatcher, type NetworkOptions, runNetwork } from "../run_network.ts";
import { defaultLimits } from "../verify/rules.ts";
import { selectedOf, type VerifyState } from "../verify/state.ts";
import { type TraceLine, traceLines } from "./trace.ts";
import { exitCodes, onceStep, type OnceVerdict, timeOver } from "./verdict.ts";

/** One that only looks waits no longer for a configuration that is to come, in milliseconds (decisions.md 20). */
const longestWaitMs = 3_000;

/** See {@linkcode runOnce}. */
export interface OnceOptions extends NetworkOptions {
  /** Milliseconds after which it ends in any case. */
  readonly withinMs: number;
}

/** Writes one line. @throws when nobody takes it */
export type PrintLine = (line: string) => void;

/** To standard output. */
export const printLine: PrintLine = (line) => printText(Deno.stdout, line);

/**
 * With `observe` nothing is published, written or touched, and another nim may run. With `apply` it is nim itself until
 * the end: Linux, bus and flash stay as it leaves them.
 * @returns the exit code: 0 the controller answers, 1 its answer was an error or the run was cut short, 2 not reached
 * @throws {PubsubError} `owned` if another nim runs, with `apply`
 */
export async function runOnce(
  device: Device,
  options: OnceOptions,
  print: PrintLine = printLine,
): Promise<number> {
  const isObserving = options.mode === "observe";
  const life = childAbort(device.signal);
  const own: Device = { ...device, bus: device.bus, signal: life.signal };
  const watch = new OnceWatch(life, print);
  openTimer(own).set(options.withinMs, () => watch.timeIsOver(options.withinMs / 1000));
  const limits = options.limits ?? defaultLimits;
  await runNetwork(
    own,
    {
      ...options,
      limits: isObserving ? { ...limits, availabilityMs: longestWaitMs } : limits,
      watcher: watch,
    },
    isObserving ? quietOutlets(own) : openOutlets(own, false),
  );
  const { verdict, state } = watch;
  watch.print({
    time: goTime(device.clock.now()),
    event: "end",
    about: { outcome: verdict.outcome, exitCode: exitCodes[verdict.outcome] },
    ...(state === undefined ? { index: -1, key: "", state: "" } : selectedOf(state)),
    reason: verdict.reason,
    effects: [],
  });
  return exitCodes[watch.verdict.outcome];
}

class OnceWatch implements DecisionWatcher {
  state: VerifyState | undefined;
  #verdict: OnceVerdict | undefined;
  #last: TestOutcome | undefined;
  #hasAsked = false;

  constructor(private readonly life: ChildAbort, private readonly line: PrintLine) {}

  get verdict(): OnceVerdict {
    return this.#verdict ?? { outcome: "cut short", reason: "asked to end" };
  }

  print(line: TraceLine): void {
    try {
      this.line(JSON.stringify(line));
    } catch (error) {
      this.#end({ outcome: "cut short", reason: `nobody takes the lines: ${errorText(error)}` });
    }
  }

  decided: DecisionWatcher["decided"] = (event, decided, time, happen) => {
    if (this.#verdict !== undefined) return;
    const isAnswer = event.kind === "tested" && event.generation === this.state?.testGeneration;
    if (isAnswer) this.#last = event.outcome;
    this.state = decided.state;
    for (const line of traceLines(event, decided, time)) this.print(line);
    const step = onceStep(decided.state, this.#last);
    if (step.kind === "end") this.#end(step);
    if (step.kind !== "ask" || this.#hasAsked) return;
    // All that could be tested has failed a moment ago and cools down; whoever asks wants to know of now.
    this.#hasAsked = true;
    happen({ kind: "timer", timer: "test" });
  };

  timeIsOver(seconds: number): void {
    this.#end(
      this.state === undefined
        ? { outcome: "not reached", reason: `${seconds} s are over: Linux could not be read` }
        : timeOver(this.state, this.#last, seconds),
    );
  }

  #end({ outcome, reason }: OnceVerdict): void {
    this.#verdict ??= { outcome, reason };
    this.life.abort();
  }
}
