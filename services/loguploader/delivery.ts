/**
 * Files leave their folders: delivered ones are removed or kept, hopeless ones go to quarantine. What can't be moved stays
 * marked, is told once, and is tried again with the next listing.
 */
import { type Device, errorText } from "../agent/mod.ts";
import type { Fingerprint, UploadFolders } from "./folders.ts";
import type { NewlogCounters } from "./newlog_counters.ts";
import type { FileRecord, UploadQueue } from "./upload_queue.ts";

/** What deliveries work with. */
export interface DeliveryParts {
  readonly device: Device;
  readonly folders: UploadFolders;
  readonly queue: UploadQueue;
  readonly counters: NewlogCounters;
}

/** The way out of the upload folders. */
export class Delivery {
  readonly #told = new Set<string>();
  /** Delivered files that are still in their folder. */
  readonly #unmoved = new Map<FileRecord, Fingerprint>();

  constructor(private readonly parts: DeliveryParts) {}

  /** The controller has the file. One that can't be moved stays marked as sent, so that it is not sent for ever (W14). */
  delivered(record: FileRecord, fingerprint: Fingerprint): void {
    this.parts.queue.sent(record);
    this.#finish(record, fingerprint);
  }

  /** Tries again to move away what was delivered earlier. */
  finishRest(): void {
    for (const [record, fingerprint] of [...this.#unmoved]) this.#finish(record, fingerprint);
  }

  /** Moves a file to `failedUpload`. One that can't be moved stays where it is. */
  giveUp(record: FileRecord, reason: string): void {
    const { counters, device, folders, queue } = this.parts;
    const { file } = record;
    try {
      const evicted = folders.quarantine(file);
      counters.relocated(file, evicted);
      queue.remove(file);
      const pushed = evicted > 0 ? `; ${evicted} of the oldest there were removed` : "";
      device.log.error(`${file.name} moved to failedUpload: ${reason}${pushed}`);
    } catch (error) {
      this.once(
        `${file.name} can't be moved to ${folders.failedUpload}: ${errorText(error)}; it stays where it is`,
      );
    }
  }

  /** Logs an error unless the same one was logged before. */
  once(text: string): void {
    if (this.#told.has(text)) return;
    if (this.#told.size >= 1000) this.#told.clear();
    this.#told.add(text);
    this.parts.device.log.error(text);
  }

  #finish(record: FileRecord, fingerprint: Fingerprint): void {
    const { device, folders, queue } = this.parts;
    try {
      const left = folders.finish(record.file, fingerprint);
      this.#unmoved.delete(record);
      if (left) return queue.remove(record.file);
      device.log.warn(`${record.file.name} is another file now than the one delivered; it is sent too`);
      queue.unsent(record);
    } catch (error) {
      this.#unmoved.set(record, fingerprint);
      this.once(
        `${record.file.name} was delivered and can't be moved away: ${
          errorText(error)
        }; it is not sent again`,
      );
    }
  }
}
