/** What a bench is and what it gives. `scripts/bench.ts` runs them and prints the table. */

/** What a figure may be at most; nothing fails above it. */
export type Budget =
  /** Ours divided by bare. */
  | { readonly kind: "ratio"; readonly most: number }
  /** Ours, in the row's unit. */
  | { readonly kind: "figure"; readonly most: number }
  /** Ours equals bare. */
  | { readonly kind: "equal" }
  /** Only printed. */
  | { readonly kind: "none" };

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Of `ours` and `bare`: `ms`, `s`, `MB`, `bytes`, … */
  readonly unit: string;
  readonly ours: number;
  /** The bare system calls, or whatever `what` says; absent where there is nothing to compare with. */
  readonly bare?: number;
  readonly budget: Budget;
}

/** Set by the command line of `scripts/bench.ts`. */
export interface BenchOptions {
  /** How long `memory` leaves the programs alone, seconds. */
  readonly idleSeconds: number;
  /** A folder on tmpfs. */
  readonly memoryFolder: string;
  /** A folder on a disk. */
  readonly diskFolder: string;
  /** Tells what is going on. */
  readonly tell: (text: string) => void;
}

/** One bench; its name is that of its file without `_bench.ts`. */
export interface Bench {
  readonly name: string;
  /** It takes so long that only its own name starts it. */
  readonly byNameOnly?: true;
  /** @throws {NotMeasured} where something it needs is not there */
  run(options: BenchOptions): Promise<readonly Row[]>;
}

/** The bench can't be run here; the message says what is missing. */
export class NotMeasured extends Error {
  override readonly name = "NotMeasured";
}

/** @returns ours divided by bare; undefined without a bare figure */
export function ratioOf({ ours, bare }: Row): number | undefined {
  return bare === undefined || bare === 0 ? undefined : ours / bare;
}

/** Whether a row stays within its budget; undefined where it has none. */
export function isWithin(row: Row): boolean | undefined {
  switch (row.budget.kind) {
    case "ratio":
      return (ratioOf(row) ?? Infinity) <= row.budget.most;
    case "figure":
      return row.ours <= row.budget.most;
    case "equal":
      return row.ours === row.bare;
    case "none":
      return undefined;
  }
}
