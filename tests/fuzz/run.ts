/** Runs a target with made inputs, and over the crashers of the past. */
import { Dice } from "./dice.ts";
import type { Input, Target } from "./target.ts";

/** An input that broke a rule. */
export interface Crasher {
  readonly input: Input;
  readonly error: unknown;
  /** The number of the run; with the seed it makes the input again. */
  readonly run: number;
}

/** A run that takes longer is a crasher too, in milliseconds. */
const SLOW_MS = 5_000;
/** The event loop gets its turn after so many runs. */
const TURN = 200;
const corpus = new URL("corpus/", import.meta.url);

/** @param progress called each time a tenth is done */
export async function fuzz(
  target: Target,
  seed: number,
  runs: number,
  progress: (done: number, crashers: number) => void = () => {},
): Promise<Crasher[]> {
  const crashers: Crasher[] = [];
  const tenth = Math.ceil(runs / 10);
  for (let run = 0; run < runs && crashers.length < 20; run++) {
    const input = target.make(new Dice(seed, run));
    const error = faultOf(target, input);
    if (error !== undefined) crashers.push({ input: shrink(target, input, error), error, run });
    if (run % TURN === TURN - 1) await new Promise((resolve) => setTimeout(resolve, 0));
    if ((run + 1) % tenth === 0) progress(run + 1, crashers.length);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  return crashers;
}

/** What a rule that is broken says; undefined if all hold. */
export function faultOf(target: Target, input: Input): unknown {
  const begin = performance.now();
  try {
    target.check(input);
  } catch (error) {
    return error ?? new Error("nothing was thrown");
  }
  const took = performance.now() - begin;
  return took < SLOW_MS ? undefined : new Error(`it took ${(took / 1000).toFixed(1)} s`);
}

/** The same fault with less text. */
function shrink(target: Target, input: Input, error: unknown): Input {
  const kind = kindOf(error);
  let best = input;
  for (let step = Math.max(...input.map((text) => text.length)) >> 1; step >= 1; step >>= 1) {
    for (let item = 0; item < best.length; item++) {
      for (let from = 0; from < (best[item]?.length ?? 0);) {
        const less = best.map((text, i) => i === item ? text.slice(0, from) + text.slice(from + step) : text);
        if (kindOf(faultOf(target, less)) === kind) best = less;
        else from += step;
      }
    }
  }
  return best;
}

function kindOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name} ${error.message.replace(/[^A-Za-z ]+.*/s, "")}`
    : String(error);
}

/** The crashers of a target that are kept, by file name. */
export async function corpusOf(target: Target): Promise<Map<string, Input>> {
  const found = new Map<string, Input>();
  try {
    for await (const { name } of Deno.readDir(new URL(`${target.name}/`, corpus))) {
      const input: Input = JSON.parse(await Deno.readTextFile(new URL(`${target.name}/${name}`, corpus)));
      found.set(name, input);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return new Map([...found].sort());
}

/** Keeps a crasher. @returns its path below the checkout */
export async function keepCrasher(target: Target, input: Input): Promise<string> {
  const text = `${JSON.stringify(input)}\n`;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const name = `${hash.slice(0, 6).toHex()}.json`;
  await Deno.mkdir(new URL(`${target.name}/`, corpus), { recursive: true });
  await Deno.writeTextFile(new URL(`${target.name}/${name}`, corpus), text);
  return `tests/fuzz/corpus/${target.name}/${name}`;
}
