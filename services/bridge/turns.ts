/** Lets connections send in turns: soon after whatever woke them, and none longer than the others. */

/** Something that sends a little at a time. */
export interface Sender {
  /** True if there is more to send at once. */
  drain(): boolean;
}

/** See the head of this file. */
export class Turns {
  #ready = new Set<Sender>();
  #timer: number | undefined;
  #planned = false;

  /** @param over called after each turn */
  constructor(private readonly over: () => void) {}

  /** It may have something to send. */
  wants(sender: Sender): void {
    this.#ready.add(sender);
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => this.run());
  }

  /** One turn for each that wants it; those with more get the next one after the event loop has seen to the rest. */
  run(): void {
    const ready = this.#ready;
    this.#ready = new Set();
    for (const sender of ready) if (sender.drain()) this.#ready.add(sender);
    this.over();
    clearTimeout(this.#timer);
    this.#planned = this.#ready.size > 0;
    if (this.#planned) this.#timer = setTimeout(() => this.run(), 0);
  }

  /** No more turns for anyone. */
  end(): void {
    this.#ready.clear();
    clearTimeout(this.#timer);
  }
}
