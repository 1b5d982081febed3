/** Tells what happens, one line a step with the time since start; a step that does not come is the end of the demo. */

/** A step did not happen in time. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  constructor(readonly step: string, readonly log: string, readonly waitedMs: number) {
    super(`"${step}" did not happen within ${(waitedMs / 1000).toFixed(0)} s; see ${log}`);
  }
}

/** One run of the demo. */
export class Story {
  readonly #start = performance.now();
  readonly #times = new Map<string, number>();

  /** @param print takes the lines */
  constructor(readonly print: (line: string) => void = console.log) {}

  /** Seconds since start. */
  now(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** Prints one line. */
  tell(text: string): void {
    this.print(`${this.now().toFixed(2).padStart(7)} s  ${text}`);
  }

  /** Remembers the time under `name` for the summary, and tells. */
  mark(name: string, text: string): void {
    this.#times.set(name, this.now());
    this.tell(text);
  }

  timeOf(name: string): number {
    return this.#times.get(name) ?? NaN;
  }

  /**
   * Waits until `look` gives a text, and tells it.
   * @param log where to look when it does not come
   * @throws {StepFailed}
   */
  async step(
    name: string,
    log: string,
    look: () => string | undefined | Promise<string | undefined>,
    timeoutMs = 20_000,
  ): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const text = await look();
      if (text !== undefined) return this.mark(name, text);
      if (performance.now() > deadline) throw new StepFailed(name, log, timeoutMs);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
