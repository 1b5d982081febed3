/**
 * Which file goes next: an index of both folders in memory, one queue for the device and one for each app, so that a stuck
 * file or app holds up no other. Touches no file; ticks are those of the schedule.
 */
import { compareLogFiles, type LogFile, type LogKind } from "./file_name.ts";
import { FileQueue } from "./file_queue.ts";

/** Rejections after which a file is given up (`spec/loguploader.md §5.2`). */
export const rejectionsToGiveUp = 11;
/** So many different files rejected with none delivered in between: the files are not to blame. */
export const rejectAllFiles = 8;
/** After so many sends without an answer in a row a file lets the next one of its queue try. */
const unansweredToStepBack = 3;
/** A send older than this no longer takes a place in the window, and its queue starts no more. */
export const hangingMs = 10_000;
const mostInFlight = 16;

/** What is known of one file besides its name; forgotten when the file leaves the folder. */
export interface FileRecord {
  readonly file: LogFile;
  state: "ready" | "in-flight" | "resting" | "sent";
  /** Rests until this tick. */
  restUntilTick: number;
  rejections: number;
  unanswered: number;
  readErrors: number;
  /** Monotonic milliseconds. */
  startedAt: number;
}

/** The index of everything that waits in `devUpload` and `appUpload`. */
export class UploadQueue {
  readonly #records = new Map<string, FileRecord>();
  readonly #queues = new Map<string, FileQueue>();
  readonly #inFlight = new Set<FileRecord>();
  readonly #resting = new Set<FileRecord>();
  readonly #suspects = new Set<string>();
  readonly #counts: Record<LogKind, number> = { device: 0, app: 0 };
  #failures = 0;
  #starts = 0;

  /** Files that wait for delivery, in flight or not; sent ones whose removal failed don't count. */
  count(kind: LogKind): number {
    return this.#counts[kind];
  }

  /** Both kinds together. */
  get left(): number {
    return this.#counts.device + this.#counts.app;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Different files rejected since the last delivery. */
  get suspects(): number {
    return this.#suspects.size;
  }

  /** Apps that still have files. */
  appUUIDs(): Set<string> {
    const present = [...this.#queues].filter(([appUUID, queue]) => appUUID !== "" && queue.size > 0);
    return new Set(present.map(([appUUID]) => appUUID));
  }

  /** @returns true if the file was not known */
  add(file: LogFile): boolean {
    const id = idOf(file);
    if (this.#records.has(id)) return false;
    const record: FileRecord = {
      file,
      state: "ready",
      restUntilTick: 0,
      rejections: 0,
      unanswered: 0,
      readErrors: 0,
      startedAt: 0,
    };
    this.#records.set(id, record);
    this.#counts[file.kind]++;
    const queue = this.#queue(file.appUUID);
    queue.size++;
    queue.insert(record);
    return true;
  }

  /** The file left its folder: delivered, moved, or taken by somebody else. Unknown ones are fine. */
  remove(file: LogFile): void {
    const record = this.#records.get(idOf(file));
    if (record === undefined) return;
    this.#leave(record);
    this.#records.delete(idOf(file));
    this.#suspects.delete(idOf(file));
    if (record.state === "sent") return;
    this.#counts[file.kind]--;
    this.#queue(file.appUUID).size--;
  }

  /** Makes the index of one folder equal to a full listing of it. Files in flight are left to their send. */
  replace(kind: LogKind, files: readonly LogFile[]): void {
    const present = new Set(files.map(idOf));
    for (const [id, record] of this.#records) {
      if (record.file.kind === kind && !present.has(id) && record.state !== "in-flight") {
        this.remove(record.file);
      }
    }
    for (const file of files) this.add(file);
  }

  /** Files that could start now, as far as the schedule cares: those of queues that are not held. */
  ready(tick: number): number {
    let ready = 0;
    for (const queue of this.#queues.values()) {
      if (queue.heldUntilTick <= tick) ready += queue.ready;
    }
    return ready;
  }

  /** Files that rested until this tick are ready again; queues with nothing left to remember are forgotten. */
  wake(tick: number): void {
    for (const record of this.#resting) {
      if (record.restUntilTick > tick) continue;
      this.#resting.delete(record);
      record.state = "ready";
      this.#queue(record.file.appUUID).insert(record);
    }
    for (const [key, queue] of this.#queues) {
      if (queue.size === 0 && queue.inFlight === 0 && queue.heldUntilTick <= tick) this.#queues.delete(key);
    }
  }

  /**
   * The file to start now, marked as in flight: in turn the oldest of all queues that are not held, and the oldest of the one
   * that was served longest ago, so that the backlog of one app keeps no other waiting. With a window of one, queues that failed
   * longest ago go first, so that one stuck app does not use up every try.
   * @param now monotonic milliseconds
   */
  next(tick: number, window: number, now: number): FileRecord | undefined {
    const hanging = [...this.#inFlight].filter((record) => now - record.startedAt >= hangingMs);
    if (this.#inFlight.size - hanging.length >= window) return undefined;
    if (this.#inFlight.size >= (window === 1 ? 4 : mostInFlight)) return undefined;
    const stuck = new Set(hanging.map((record) => record.file.appUUID));
    const open = [...this.#queues].filter(([key, queue]) =>
      queue.heldUntilTick <= tick && !stuck.has(key) && queue.ready + queue.inFlight > 0
    ).map(([, queue]) => queue);
    const most = open.length > 1 ? Math.max(1, Math.floor(window / 2)) : window;
    const order = window === 1
      ? "failed-longest-ago"
      : this.#starts % 2 === 1
      ? "served-longest-ago"
      : "oldest";
    let best: FileQueue | undefined;
    for (const queue of open) {
      if (queue.ready === 0 || queue.inFlight >= most) continue;
      if (best === undefined || goesBefore(queue, best, order)) best = queue;
    }
    const record = best?.take();
    if (record === undefined || best === undefined) return undefined;
    best.inFlight++;
    best.lastStart = ++this.#starts;
    record.state = "in-flight";
    record.startedAt = now;
    this.#inFlight.add(record);
    return record;
  }

  /** When the oldest send begins to hang, monotonic milliseconds; `Infinity` when none can. */
  nextHanging(now: number): number {
    let at = Infinity;
    for (const { startedAt } of this.#inFlight) {
      if (startedAt + hangingMs > now) at = Math.min(at, startedAt + hangingMs);
    }
    return at;
  }

  /** The file was delivered; until `remove` it counts as sent and is never offered again. */
  sent(record: FileRecord): void {
    this.#suspects.clear();
    const queue = this.#queue(record.file.appUUID);
    queue.lastFailure = 0;
    queue.forbiddenRun = 0;
    this.#leave(record);
    record.state = "sent";
    this.#counts[record.file.kind]--;
    queue.size--;
  }

  /** The file was delivered by an earlier process, and is still there: it is not offered. */
  sentEarlier(file: LogFile): void {
    const record = this.#records.get(idOf(file));
    if (record?.state === "ready") this.sent(record);
  }

  /** The file under a sent file's name is another one now: it is to be delivered like any other. */
  unsent(file: LogFile): void {
    this.remove(file);
    this.add(file);
  }

  /**
   * The file was rejected and rests until `untilTick`. Where every file is rejected, none is blamed: such an answer says nothing
   * about files, and the whole backlog would end in quarantine.
   * @returns how often the file was to blame so far
   */
  rejected(record: FileRecord, untilTick: number): number {
    record.unanswered = 0;
    this.#suspects.add(idOf(record.file));
    if (this.#suspects.size < rejectAllFiles) record.rejections++;
    this.#rest(record, untilTick);
    return record.rejections;
  }

  /** The file could not be read, and rests. @returns read errors so far */
  unreadable(record: FileRecord, untilTick: number): number {
    record.readErrors++;
    this.#rest(record, untilTick);
    return record.readErrors;
  }

  /** The file rests without blame until `untilTick`. */
  rest(record: FileRecord, untilTick: number): void {
    this.#rest(record, untilTick);
  }

  /**
   * Nobody answered: the queue waits for the next tick; a file that meets this again and again lets the next one try.
   * @param aside ticks that the file itself stays aside, at least
   */
  unanswered(record: FileRecord, tick: number, aside = 0): void {
    record.unanswered++;
    this.#hold(record, tick + 1);
    if (record.unanswered % unansweredToStepBack === 0) this.#rest(record, tick + Math.max(2, aside));
    else if (aside > 0) this.#rest(record, tick + aside);
    else this.again(record);
  }

  /**
   * The device was not let in: the queue waits, longer each time.
   * @param ticks how long after so many times in a row
   */
  forbidden(record: FileRecord, tick: number, ticks: (times: number) => number): void {
    const queue = this.#queue(record.file.appUUID);
    queue.forbiddenRun++;
    this.#hold(record, tick + ticks(queue.forbiddenRun));
    this.again(record);
  }

  /** The send came to nothing and says nothing: the file is ready again. */
  again(record: FileRecord): void {
    this.#leave(record);
    record.state = "ready";
    this.#queue(record.file.appUUID).insert(record);
  }

  #hold(record: FileRecord, untilTick: number): void {
    const queue = this.#queue(record.file.appUUID);
    queue.heldUntilTick = Math.max(queue.heldUntilTick, untilTick);
    queue.lastFailure = ++this.#failures;
  }

  #rest(record: FileRecord, untilTick: number): void {
    this.#leave(record);
    record.state = "resting";
    record.restUntilTick = untilTick;
    this.#resting.add(record);
  }

  /** Takes the record out of where its state keeps it. */
  #leave(record: FileRecord): void {
    const queue = this.#queue(record.file.appUUID);
    if (record.state === "in-flight") {
      this.#inFlight.delete(record);
      queue.inFlight--;
    } else if (record.state === "resting") {
      this.#resting.delete(record);
    } else if (record.state === "ready") {
      queue.discard(record);
    }
  }

  #queue(appUUID: string): FileQueue {
    let queue = this.#queues.get(appUUID);
    if (queue === undefined) this.#queues.set(appUUID, queue = new FileQueue());
    return queue;
  }
}

/** Tells a file from all others in the two folders. */
export function idOf(file: LogFile): string {
  return `${file.kind}/${file.name}`;
}

/** Which queue goes first; equal ones by the age of their oldest file. */
type Order = "oldest" | "served-longest-ago" | "failed-longest-ago";

function goesBefore(a: FileQueue, b: FileQueue, order: Order): boolean {
  if (order === "failed-longest-ago" && a.lastFailure !== b.lastFailure) return a.lastFailure < b.lastFailure;
  if (order === "served-longest-ago" && a.lastStart !== b.lastStart) return a.lastStart < b.lastStart;
  const [first, second] = [a.first(), b.first()];
  return first !== undefined && (second === undefined || compareLogFiles(first.file, second.file) < 0);
}
