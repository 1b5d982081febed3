/** A clock for tests that goes only where the test moves it. */
import { setImmediate } from "node:timers";
import type { Clock } from "./clock.ts";

export { scaledClock as fastClock } from "./clock.ts";

/** See {@linkcode fakeClock}. */
export interface FakeClock extends Clock {
  /**
   * Goes on by `ms` milliseconds, waking each sleeper at its own instant, earliest first, in the order they
   * went to sleep. After each the event loop turns, so that what was woken can go to sleep again before the
   * clock goes on.
   */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock only, as an NTP step does; nobody wakes. */
  step(ms: number): void;
  /** Milliseconds until each sleeper wakes, in waking order. */
  readonly sleepers: readonly number[];
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** @param start wall clock at the beginning, milliseconds since 1970; 2026-01-01 by default */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0;
  let offset = start;
  let sleepers: Sleeper[] = [];
  const insert = (sleeper: Sleeper) => {
    const at = sleepers.findIndex((other) => other.due > sleeper.due);
    sleepers.splice(at === -1 ? sleepers.length : at, 0, sleeper);
  };
  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper: Sleeper = { due: elapsed + Math.max(0, ms), wake };
        insert(sleeper);
        signal.addEventListener("abort", wake);
      });
    },
    async advance(ms) {
      const target = elapsed + ms;
      await turn();
      for (let next = sleepers[0]; next !== undefined && next.due <= target; next = sleepers[0]) {
        elapsed = Math.max(elapsed, next.due);
        const before = sleepers.length;
        next.wake();
        await promisesRunDry();
        // Who is not asleep again does something that takes real time.
        if (sleepers.length < before) await turn();
      }
      elapsed = Math.max(elapsed, target);
    },
    step(ms) {
      offset += ms;
    },
    get sleepers() {
      return sleepers.map((sleeper) => sleeper.due - elapsed);
    },
  };
}

/** Takes no time, so that the thousand wake-ups of a day cost nothing. */
async function promisesRunDry(): Promise<void> {
  for (let count = 0; count < 2; count++) await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** Two turns of the event loop: promise chains run dry, callbacks of immediates included. */
async function turn(): Promise<void> {
  for (let count = 0; count < 2; count++) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}
