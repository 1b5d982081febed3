/** Seeded choices: the same seed gives the same input. */
import { seededRandom } from "../../services/agent/test_device.ts";

/** Made anew for each run from the seed and the number of the run, so that a run can be repeated alone. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number, run: number) {
    this.#next = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b)).next;
  }

  /** An integer from 0 up to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** True once in `n`. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}
