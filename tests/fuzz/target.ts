/** What is fuzzed: a maker of inputs, and the rules that hold for every input whatever it is. */
import type { Dice } from "./dice.ts";

/** Texts; bytes stand in them as U+0000 to U+00FF where a target says so. */
export type Input = readonly string[];

/** One thing that takes input from outside. */
export interface Target {
  /** Folder of its crashers in `corpus/`, and its name on the command line. */
  readonly name: string;
  /** Runs of CI: a second or two. */
  readonly runsInCi: number;
  /** How many times as dear as the others one input is; the long run makes so many times fewer. 1 if absent. */
  readonly dearness?: number;
  make(dice: Dice): Input;
  /** @throws anything: the input is a crasher */
  check(input: Input): void;
}

/** A rule that did not hold. */
export class BrokenRule extends Error {
  override readonly name = "BrokenRule";
}

/** @throws {BrokenRule} */
export function rule(holds: boolean, what: string): asserts holds {
  if (!holds) throw new BrokenRule(what);
}

/** Gives what `call` gives, or undefined if it refuses in the way it may. @throws whatever else it throws */
export function refusing<T>(call: () => T, may: (error: unknown) => boolean): T | undefined {
  try {
    return call();
  } catch (error) {
    if (may(error)) return undefined;
    throw error;
  }
}
