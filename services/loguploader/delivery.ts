/**
 * Files leave their folders: delivered ones are removed or kept, hopeless ones go to quarantine. What can't be moved stays
 * marked, on disk too, is told once, and is tried again with the next listing.
 */
import { type Device, errorText, type Trigger } from "../agent/mod.ts";
import type { FolderSync } from "./folder_sync.ts";
import { type Fingerprint, isDiskFull, type UploadFolders } from "./folders.ts";
import type { NewlogCounters } from "./newlog_counters.ts";
import type { SentMark, SentMarks } from "./sent_marks.ts";
import { type FileRecord, idOf, type UploadQueue } from "./upload_queue.ts";

/** What deliveries work with. */
export interface DeliveryParts {
  readonly device: Device;
  readonly folders: UploadFolders;
  readonly queue: UploadQueue;
  readonly counters: NewlogCounters;
  readonly marks: SentMarks;
  readonly synced: FolderSync;
  /** Fired when the disk is full. */
  readonly needsRoom: Trigger;
}

/** The way out of the upload folders. */
export class Delivery {
  readonly #told = new Set<string>();
  /** Delivered files that are still in their folder. */
  readonly #unmoved = new Map<string, SentMark>();
  /** The marks on disk lag behind: they could not be written. */
  #unwritten = false;

  constructor(private readonly parts: DeliveryParts) {}

  /** Takes over what an earlier process delivered and could not move away. Comes before the first listing. */
  restore(): void {
    const { device, marks } = this.parts;
    try {
      for (const mark of marks.read()) this.#unmoved.set(idOf(mark.file), mark);
    } catch (error) {
      this.#unwritten = true;
      device.log.error(`${marks.path} can't be read: ${errorText(error)}; files named there are sent again`);
    }
  }

  /** The controller has the file. One that can't be moved stays marked as sent, so that it is not sent for ever (W14). */
  delivered(record: FileRecord, fingerprint: Fingerprint): void {
    this.parts.queue.sent(record);
    const mark = { file: record.file, fingerprint };
    if (this.#finish(mark)) return;
    this.#mark((marks) => this.#unwritten ? marks.replace([...this.#unmoved.values()]) : marks.add(mark));
  }

  /** Tries again to move away what was delivered earlier. Comes after each listing. */
  finishRest(): void {
    const before = this.#unmoved.size;
    for (const mark of [...this.#unmoved.values()]) this.#finish(mark);
    if (this.#unmoved.size < before || this.#unwritten) {
      this.#mark((marks) => marks.replace([...this.#unmoved.values()]));
    }
  }

  /** Moves a file to `failedUpload`. One that can't be moved stays where it is. */
  giveUp(record: FileRecord, reason: string): void {
    const { counters, device, folders, queue } = this.parts;
    const { file } = record;
    let evicted = 0;
    try {
      folders.quarantine(file, () => {
        evicted++;
        counters.removed(1);
      });
      counters.relocated(file);
      queue.remove(file);
      device.log.error(`${file.name} moved to failedUpload: ${reason}`);
    } catch (error) {
      if (isDiskFull(error)) this.parts.needsRoom.fire();
      this.once(
        `${file.name} can't be moved to ${folders.failedUpload}: ${errorText(error)}; it stays where it is`,
      );
    } finally {
      if (evicted > 0) {
        device.log.warn(`${evicted} of the oldest files in failedUpload were removed to make room`);
      }
    }
  }

  /** Logs an error unless the same one was logged before. */
  once(text: string): void {
    if (this.#told.has(text)) return;
    if (this.#told.size >= 1000) this.#told.clear();
    this.#told.add(text);
    this.parts.device.log.error(text);
  }

  /** @returns false if the file could not be moved away */
  #finish(mark: SentMark): boolean {
    const { counters, folders, queue, synced } = this.parts;
    const { file } = mark;
    try {
      const finished = folders.finish(file, mark.fingerprint);
      this.#unmoved.delete(idOf(file));
      if (finished === "another") {
        this.parts.device.log.warn(`${file.name} is another file now than the one delivered; it is sent too`);
        queue.unsent(file);
        return true;
      }
      queue.remove(file);
      synced.changed(folders.uploadFolder(file.kind));
      if (finished === "dropped") {
        counters.removed(1);
        this.parts.needsRoom.fire();
        this.once(
          `the disk is full: delivered files are removed instead of being kept in ${folders.keepSentQueue}`,
        );
      }
      return true;
    } catch (error) {
      this.#unmoved.set(idOf(file), mark);
      queue.sentEarlier(file);
      this.once(
        `${file.name} was delivered and can't be moved away: ${errorText(error)}; it is not sent again`,
      );
      return false;
    }
  }

  #mark(write: (marks: SentMarks) => void): void {
    const { marks, needsRoom } = this.parts;
    try {
      write(marks);
      this.#unwritten = false;
    } catch (error) {
      this.#unwritten = true;
      if (isDiskFull(error)) needsRoom.fire();
      this.once(
        `${marks.path} can't be written: ${
          errorText(error)
        }; files that can't be moved away come again after a restart`,
      );
    }
  }
}
