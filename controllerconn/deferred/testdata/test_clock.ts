/** A clock that goes only where the test moves it. */

export class TestClock {
  #now = 0;
  #sleepers: { readonly due: number; readonly wake: () => void }[] = [];

  readonly now = () => this.#now;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { due: this.#now + ms, wake };
      this.#sleepers.push(sleeper);
      signal.addEventListener("abort", wake);
    });

  get sleepers(): number {
    return this.#sleepers.length;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const { due, wake } of [...this.#sleepers]) if (due <= this.#now) wake();
  }
}
