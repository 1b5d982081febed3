/** Tells of a lasting fault once, and again only after it was gone or became another. */
import type { Logger } from "@std/log";

/** See the head of this file. */
export class ToldOnce {
  #last: string | undefined;

  constructor(private readonly log: Pick<Logger, "error">) {}

  /** The fault is there. */
  tell(text: string): void {
    if (text !== this.#last) this.log.error(text);
    this.#last = text;
  }

  /** It is gone. True if there was one. */
  gone(): boolean {
    const told = this.#last !== undefined;
    this.#last = undefined;
    return told;
  }
}
