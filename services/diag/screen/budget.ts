/** How much of a report fits on the screen (`spec/diag.md §6`). Pure. */

/** The screen as the start script measured it; `stty` is not to be trusted. */
export interface ScreenSize {
  readonly rows: number;
  readonly columns: number;
}

/** Where nothing, 0 or less is said. */
export const defaultSize: ScreenSize = { rows: 40, columns: 80 };

/** Defaults in place of what can't be (D10). */
export function screenSize(rows: number | undefined, columns: number | undefined): ScreenSize {
  return {
    rows: rows !== undefined && rows > 0 ? rows : defaultSize.rows,
    columns: columns !== undefined && columns > 0 ? columns : defaultSize.columns,
  };
}

/** Screen lines that a text takes. */
export function linesOf(text: string, columns: number): number {
  const pieces = text.split("\n");
  const bytes = (piece: string) => new TextEncoder().encode(piece).length;
  const need = pieces.reduce(
    (sum, piece) => sum + 1 + Math.trunc(Math.max(bytes(piece) - 1, 0) / columns),
    0,
  );
  return pieces.at(-1) === "" ? need - 1 : need;
}

/** The budget of one report: a row is kept for the line that tells of the rest. */
export class ScreenBudget {
  #used = 0;
  #withheld = 0;
  #full = false;

  constructor(private readonly size: ScreenSize) {}

  /** True: the text goes to the screen. Once one is withheld, so are all that follow. */
  take(text: string): boolean {
    const need = linesOf(text, this.size.columns);
    if (!this.#full && this.#used + need <= this.size.rows - 1) {
      this.#used += need;
      return true;
    }
    this.#full = true;
    this.#withheld += need;
    return false;
  }

  /** Screen lines that did not fit; 0 if all did. */
  get withheld(): number {
    return this.#withheld;
  }
}
