/** A time limit that can be stopped and goes on with what is left of it. */
export class StoppableLimit {
  readonly #onEnd: () => void;
  #leftMs: number;
  #runningSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Stopped at first. @param onEnd called once `limitMs` have passed while it ran */
  constructor(limitMs: number, onEnd: () => void) {
    this.#leftMs = limitMs;
    this.#onEnd = onEnd;
  }

  start(): void {
    if (this.#runningSince !== undefined) return;
    this.#runningSince = performance.now();
    this.#timer = setTimeout(this.#onEnd, Math.max(0, this.#leftMs));
  }

  stop(): void {
    if (this.#runningSince === undefined) return;
    clearTimeout(this.#timer);
    this.#leftMs -= performance.now() - this.#runningSince;
    this.#runningSince = undefined;
  }
}
