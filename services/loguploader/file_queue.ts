/** The ready files of the device, or of one app, oldest first; and how its last sends went. */
import { compareLogFiles } from "./file_name.ts";
import type { FileRecord } from "./upload_queue.ts";

/** Sorted newest first inside, so that taking the oldest costs nothing. */
export class FileQueue {
  readonly #newestFirst: FileRecord[] = [];
  /** Files of this queue that wait, ready or not. */
  size = 0;
  inFlight = 0;
  /** Starts nothing before this tick. */
  heldUntilTick = 0;
  /** Number of its last failure among all failures; 0 = none since the last delivery. */
  lastFailure = 0;
  forbiddenRun = 0;
  /** Number of its last start among all starts; 0 = none yet. */
  lastStart = 0;

  get ready(): number {
    return this.#newestFirst.length;
  }

  first(): FileRecord | undefined {
    return this.#newestFirst.at(-1);
  }

  take(): FileRecord | undefined {
    return this.#newestFirst.pop();
  }

  insert(record: FileRecord): void {
    this.#newestFirst.splice(this.#position(record), 0, record);
  }

  discard(record: FileRecord): void {
    const at = this.#position(record);
    if (this.#newestFirst[at] === record) this.#newestFirst.splice(at, 1);
  }

  /** Where the record stands, or belongs. */
  #position(record: FileRecord): number {
    let low = 0;
    let high = this.#newestFirst.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = this.#newestFirst[middle];
      if (there !== undefined && compareLogFiles(there.file, record.file) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
