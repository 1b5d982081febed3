/** Says once that directories can't be watched, however many there are, and again only after all could be (inotify watches used up). */
import { PubsubError } from "./error.ts";

/** One for all subscriptions of a bus. */
export class WatchTrouble {
  readonly #unwatched = new Set<string>();

  constructor(private readonly report: (error: PubsubError) => void) {}

  /** This directory can't be watched now. */
  failed(directory: string, cause: unknown): void {
    const first = this.#unwatched.size === 0;
    this.#unwatched.add(directory);
    if (!first) return;
    const message = `cannot watch ${directory}: ${String(cause)}; ` +
      "it is read every second instead, and so is whatever else can't be watched";
    this.report(new PubsubError("io", message, { cause }));
  }

  /** This directory is watched, or no longer of interest. */
  ended(directory: string): void {
    this.#unwatched.delete(directory);
  }
}
