/** Files whose mtime tells the watchdog that a task lives (`spec/pubsub.md §11`, `spec/zedagent.md §1`). */
import { readFileIfPresent } from "../pubsub/mod.ts";
import type { Device } from "./device.ts";
import { errorText } from "./error.ts";
import { every } from "./loops.ts";
import { jitter } from "./random.ts";

/** Period of the liveness ticker; with jitter it stays below the 30 s of `spec/pubsub.md §16`. */
export const touchIntervalMs = 25_000;

/**
 * Sets atime and mtime of `/run/<name>.touch` to now, creating it (0644, empty) where it is missing. Call it
 * after each handled event. A failure is logged and nothing else: the watchdog judges. With `-H` one that is there is left
 * to age.
 * @param name the agent unless a task of its own
 */
export function touch(device: Device, name: string = device.agent): void {
  const path = `${device.paths.run}/${name}.touch`;
  try {
    if (device.hangs && readFileIfPresent(path) !== undefined) return;
    setTimes(path, device.clock.now());
  } catch (error) {
    device.log.error(
      `touch file ${path} can't be touched: ${errorText(error)}; trying again with the next event`,
    );
  }
}

/** The touch files of a device that tick together, and their end. */
interface Ticker {
  readonly names: Set<string>;
  readonly ended: Promise<void>;
}

/** By the signal that ends the device: each wake-up of an idle process costs half a millisecond of processor time. */
const tickers = new WeakMap<AbortSignal, Ticker>();

/**
 * Touches `/run/<name>.touch` now and every 25 s until the device ends, together with the others of this device.
 * @returns when it has
 */
export function keepTouched(device: Device, name: string = device.agent): Promise<void> {
  touch(device, name);
  const ticker = tickers.get(device.signal) ?? startTicker(device);
  ticker.names.add(name);
  return ticker.ended;
}

function startTicker(device: Device): Ticker {
  const names = new Set<string>();
  const ended = every(device, () => jitter(device.random, touchIntervalMs), () => {
    for (const name of names) touch(device, name);
  });
  const ticker = { names, ended };
  tickers.set(device.signal, ticker);
  return ticker;
}

/**
 * Registers `/run/<name>.touch` with the watchdog by an empty `/run/watchdog/file/<name>.touch`, where that
 * folder is. Only for tasks that go on touching: the watchdog reboots the device otherwise. The agent itself
 * is registered by the start script.
 * @returns true if it is registered
 */
export function registerWatchdog(device: Device, name: string): boolean {
  const folder = `${device.paths.run}/watchdog/file`;
  try {
    if (!Deno.statSync(folder).isDirectory) return false;
    setTimes(`${folder}/${name}.touch`, device.clock.now());
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    device.log.error(
      `watchdog registration ${folder}/${name}.touch failed: ${errorText(error)}; ${name} runs unwatched`,
    );
    return false;
  }
}

function setTimes(path: string, now: number): void {
  const time = new Date(now);
  try {
    Deno.utimeSync(path, time, time);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.openSync(path, { write: true, create: true, mode: 0o644 }).close();
    Deno.utimeSync(path, time, time);
  }
}
