/** What the tests of the bus stand on: a root of its own, a bus over it, and records of what arrived. */
import { assert } from "@std/assert";
import type { Bus, PubsubError, SubscriptionHandlers } from "../mod.ts";
import { openBus } from "../mod.ts";

/** A bus over a temporary root. */
export interface Fixture {
  readonly root: string;
  readonly bus: Bus;
  readonly reports: PubsubError[];
  /** Ends the bus before the test does. */
  readonly stop: () => void;
  /** A second bus over the same root, as another process has it. */
  readonly another: () => Bus;
}

/** Runs a test with a bus and cleans up behind it. */
export async function withBus(
  body: (fixture: Fixture) => Promise<void> | void,
  options: { rescanMs?: number; within?: string } = {},
): Promise<void> {
  const root = Deno.makeTempDirSync({ prefix: "bus", ...(options.within ? { dir: options.within } : {}) });
  const end = new AbortController();
  const reports: PubsubError[] = [];
  const another = () =>
    openBus({
      root,
      signal: end.signal,
      report: (error) => void reports.push(error),
      rescanMs: options.rescanMs ?? 60_000,
    });
  try {
    await body({ root, bus: another(), reports, another, stop: () => end.abort() });
  } finally {
    end.abort();
    await pause(0);
    Deno.removeSync(root, { recursive: true });
  }
}

/** Resolves after some milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something holds; fails after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    assert(performance.now() < end, `waited 10 s in vain for: ${what}`);
    await pause(2);
  }
}

/** Handlers that write down each call. */
export function recorder<T>(
  show: (value: T) => unknown,
): { calls: string[]; handlers: SubscriptionHandlers<T> } {
  const calls: string[] = [];
  return {
    calls,
    handlers: {
      create: (key, value) => void calls.push(`create ${key} ${show(value)}`),
      modify: (key, value, old) => void calls.push(`modify ${key} ${show(old)}→${show(value)}`),
      delete: (key, old) => void calls.push(`delete ${key} ${show(old)}`),
      sync: () => void calls.push("sync"),
      restart: (count) => void calls.push(`restart ${count}`),
    },
  };
}

/** Sorted names in a folder. */
export function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), (entry) => entry.name).sort();
}
