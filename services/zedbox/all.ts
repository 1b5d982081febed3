/** `zedbox all`: the five programs in one process, each with its own state, pid file, log and end (design.md "Rooms"). */
import {
  AgentError,
  type Arguments,
  type Device,
  errorText,
  hasOnboardPair,
  openTimer,
  type Program,
  retryDelay,
  whenAborted,
} from "../agent/mod.ts";
import { type BoxedProgram, boxedPrograms } from "./choose.ts";
import { type Runnable, runnables } from "./programs.ts";
import { restartRetry } from "./retry_policies.ts";
import { supervise, type Supervised, type SuperviseEffect, type SuperviseEvent } from "./supervise.ts";

/** Program → the words it is started with. */
export type AllOptions = Readonly<Record<BoxedProgram, readonly string[]>>;

/** What `main.ts` starts for the word `all`. */
export const all: Program<AllOptions> = {
  program: "zedbox all",
  agent: "zedbox",
  usage: `
Runs client, zedagent, loguploader, nim and diag in this one process. One that fails is started again, after 1 s at first
and after 60 s at most; the others go on.`,
  flags: [
    { name: "standalone", help: "for zedagent: no other agent of EVE runs" },
    { name: "ports", value: "FILE", help: "for nim: take the ports from FILE" },
    {
      name: "screen",
      value: "FILE",
      help: "for diag: where the screen text goes, as a rule a FIFO; standard output by default",
    },
    { name: "serve", value: "ADDRESS:PORT", help: "for diag: a page with the latest report" },
    { name: "token-file", value: "FILE", help: "for diag: needed for --serve beyond 127.0.0.1" },
  ],
  exitCodes: { 0: "after SIGTERM", 1: "another zedbox runs", 2: "bad command line" },
  retryPolicies: [restartRetry],
  options: allOptions,
  run: runAll,
};

/** @throws {AgentError} `usage` for a word that is no flag */
export function allOptions(args: Arguments): AllOptions {
  const [word] = args.operations;
  if (word !== undefined) {
    throw new AgentError("usage", `unexpected word ${JSON.stringify(word)}: expected flags only`);
  }
  const common = [...(args.root === "" ? [] : ["--root", args.root]), ...(args.debug ? ["-d"] : [])];
  const passed = (flag: string, as: string) => {
    const value = args.text(flag);
    return value === undefined ? [] : [as, value];
  };
  return {
    client: [...common, "getUuid"],
    zedagent: [...common, ...(args.has("standalone") ? ["--standalone"] : [])],
    loguploader: common,
    nim: [...common, ...passed("ports", "--ports")],
    diag: [
      ...common,
      "-f",
      "-s",
      `${args.root}/run/diag.out`,
      ...passed("screen", "-o"),
      ...passed("serve", "--serve"),
      ...passed("token-file", "--token-file"),
    ],
  };
}

/** A device without an onboarding pair, or with one that can't be read, does not register (`spec/client.md §2`). */
function wordsFor(device: Device, program: BoxedProgram, options: AllOptions): readonly string[] {
  return program === "client" && canRegister(device) ? [...options.client, "selfRegister"] : options[program];
}

function canRegister({ log, paths }: Device): boolean {
  try {
    return hasOnboardPair(paths);
  } catch (error) {
    log.warn(`the onboarding pair can't be read: ${errorText(error)}; client starts without selfRegister`);
    return false;
  }
}

/** Runs until the device ends; each program gets its own end of it. @returns 0 */
export async function runAll(
  device: Device,
  options: AllOptions,
  programs: Readonly<Record<BoxedProgram, Runnable>> = runnables,
): Promise<number> {
  const { clock, log, random, signal } = device;
  const running = new Set<Promise<unknown>>();
  const timers = new Map(boxedPrograms.map((program) => [program, openTimer(device)]));
  let state: Supervised = new Map();
  const happen = (event: SuperviseEvent) => {
    const [next, effects] = supervise(state, event, clock.monotonic());
    state = next;
    effects.forEach(perform);
  };
  const perform = (effect: SuperviseEffect) => {
    const { program } = effect;
    switch (effect.kind) {
      case "start": {
        const run = start(program).finally(() => running.delete(run));
        return void running.add(run);
      }
      case "start-later": {
        const delay = retryDelay(random, restartRetry, effect.failures);
        log.warn(`${program} ended; it starts again in ${(delay / 1000).toFixed(1)} s, the others go on`);
        return timers.get(program)?.set(delay, () => happen({ kind: "restart-timer", program }));
      }
      case "done":
        return log.info(`${program} is done`);
    }
  };
  const start = async (program: BoxedProgram) => {
    let code = 1;
    try {
      code = await programs[program].beside(wordsFor(device, program, options), signal);
    } catch (error) {
      log.error(`${program} failed: ${errorText(error)}`);
    }
    if (!signal.aborted) happen({ kind: "ended", program, code });
  };
  happen({ kind: "begin", programs: boxedPrograms });
  await whenAborted(signal);
  await Promise.all(running);
  return 0;
}
