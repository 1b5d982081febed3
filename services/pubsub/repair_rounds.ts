/**
 * The periodic scans that repair what no event told (design.md, "The bus is files"). All subscriptions of a bus are scanned in one
 * round: waking up costs an idle process more than the scan of one directory.
 */
export class RepairRounds {
  readonly #scans = new Set<() => void>();
  #timer: number | undefined;

  /** @param everyMs milliseconds between two rounds */
  constructor(private readonly everyMs: number) {}

  /** Calls `scan` in every round from now on; it must not throw. @returns ends it */
  join(scan: () => void): () => void {
    this.#scans.add(scan);
    this.#timer ??= setInterval(() => this.#scans.forEach((each) => each()), this.everyMs);
    return () => {
      this.#scans.delete(scan);
      if (this.#scans.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }
}
