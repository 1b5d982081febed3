/**
 * What the process waits for just now, for its debug dump: a program that runs on one thread has no stacks of tasks, but each
 * wait knows who began it.
 */
import type { Clock } from "./clock.ts";
import type { Commands } from "./commands.ts";

/** One wait that is not over. */
export interface Wait {
  /** E.g. `sleep of 25000 ms`. */
  readonly what: string;
  /** {@linkcode performance.now} when it began. */
  readonly since: number;
  /** Made where it began; its stack is only written out when somebody asks. */
  readonly from: Error;
}

/** All waits of all programs in this process, oldest first. */
const pending = new Set<Wait>();

/** What is waited for now, oldest first. */
export function pendingWaits(): readonly Wait[] {
  return [...pending];
}

/** Notes `work` as a wait until it has settled. */
export async function whileWaiting<T>(what: string, work: Promise<T>): Promise<T> {
  const wait: Wait = { what, since: performance.now(), from: new Error(what) };
  pending.add(wait);
  try {
    return await work;
  } finally {
    pending.delete(wait);
  }
}

/** A clock whose sleepers are noted. */
export function notedClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => whileWaiting(`sleep of ${Math.round(ms)} ms`, clock.sleep(ms, signal)),
  };
}

/** Commands that are noted while they run. */
export function notedCommands(commands: Commands): Commands {
  return {
    run: (name, args, signal) =>
      whileWaiting(`command ${[name, ...args].join(" ")}`, commands.run(name, args, signal)),
  };
}
