/** From a change made in this process to those who listen in others: what `bus_notify`, `bus_subscribers` and `bus_keys` time. */
import { bareTemporary } from "./bare_replace.ts";
import { bytesOf, type Shape } from "./bus_value.ts";
import { type Child, startScript } from "../site/child.ts";
import { monotonicMs } from "./monotonic.ts";
import type { Contestant } from "./rounds.ts";

/** Rest before each change, as in the figures of EVE's own bus. */
const REST_MS = 5;
/** Rounds of one contestant before the next one: otherwise each process would sleep several times as long between changes. */
export const TURN = 50;

/** What a contestant may publish in a round. All of it is made before each round, so that all start from the same state. */
export interface Change<T> {
  readonly value: T;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A file that holds the bytes, in a folder that nobody watches. */
  readonly temporary: string;
}

/**
 * A contestant for `interleave`: its time is that from the call of `act` until the last listener had the change.
 * @param elsewhere a folder for the temporary files
 */
export function delivery<T>(
  name: string,
  shape: Shape<T>,
  elsewhere: string,
  listeners: readonly Child[],
  act: (change: Change<T>) => void,
): Contestant {
  let change: Change<T> | undefined;
  return {
    name,
    async before(round) {
      const value = shape.value(round + FIRST);
      const bytes = bytesOf(shape, value);
      change = { value, bytes, temporary: bareTemporary(elsewhere, bytes) };
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    },
    async run() {
      if (change === undefined) throw new Error(`${name}: a round without its change`);
      const start = monotonicMs();
      act(change);
      const lines = await Promise.all(listeners.map((child) => child.line()));
      return Math.max(...lines.map((line) => Number(line.split(" ")[1]))) - start;
    },
  };
}

/** Above all versions that a table is filled with. */
const FIRST = 1_000_000;

/** A process with subscriptions of a bench's topic, in sync. */
export async function subscriber<T>(root: string, shape: Shape<T>, subscriptions = 1): Promise<Child> {
  const child = startScript(
    "tests/bench/children/bus_subscriber.ts",
    root,
    shape.name,
    "plain",
    String(subscriptions),
  );
  while (await child.line() !== "sync");
  return child;
}

/** A process with bare watchers that look at one file of a folder; `until` as `children/bare_watcher.ts` has it. */
export async function bareWatcher(
  folder: string,
  file: string,
  until: "seen" | "parsed",
  watchers = 1,
): Promise<Child> {
  const child = startScript("tests/bench/children/bare_watcher.ts", folder, file, until, String(watchers));
  await child.line();
  return child;
}

/** Makes folders below a root. @returns their paths */
export function folders<Name extends string>(root: string, ...names: Name[]): Record<Name, string> {
  const paths = names.map((name): [Name, string] => [name, `${root}/${name}`]);
  for (const [, path] of paths) Deno.mkdirSync(path);
  return Object.fromEntries(paths) as Record<Name, string>;
}
