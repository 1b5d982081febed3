/** A table that this process owns: memory, files and nothing else (`spec/pubsub.md §5, §7`). */
import { dirname } from "node:path";
import { makeFolder, sweepTemporaries } from "./atomic_file.ts";
import type { Publication } from "./bus.ts";
import { encodeValue } from "./encode_value.ts";
import { PubsubError } from "./error.ts";
import { OwnedFiles } from "./owned_files.ts";
import { takeOwnership } from "./owner_lock.ts";
import type { OwnerLock } from "./owner_lock.ts";
import { fileOfKey, keyOfFile, lockPath, RESTARTED, topicDirectory, topicPath } from "./paths.ts";
import { restoreEntries } from "./restore.ts";
import type { Topic } from "./topic.ts";
import { checkWireSize } from "./wire_size.ts";

const encoder = new TextEncoder();

/** What the bus gives to its publications. */
export interface PublicationSetting {
  readonly root: string;
  readonly report: (error: PubsubError) => void;
  /** Told once, when the publication has ended. */
  readonly ended: () => void;
}

/** The publication of a topic that has one owner; `end` leaves the files, `close` follows {@linkcode Publication.close}. */
export class OwnedPublication<T> implements Publication<T> {
  readonly #files: OwnedFiles;
  #lock: OwnerLock;
  /** The JSON of each entry; values are decoded anew for whoever asks, so nobody can change ours. */
  readonly #texts: Map<string, string>;
  #restarted: number;
  #open = true;

  /** @throws {PubsubError} `owned`, `bad-topic`, `io` */
  constructor(readonly topic: Topic<T>, private readonly setting: PublicationSetting) {
    const directory = topicDirectory(setting.root, topic);
    makeFolder(dirname(lockPath(setting.root, topic)));
    this.#lock = takeOwnership(setting.root, topic);
    try {
      makeFolder(directory);
      sweepAtStart(directory, true, setting.report);
      const { texts, restarted, owed } = restoreEntries(topic, directory, setting.report);
      this.#texts = texts;
      this.#restarted = restarted;
      this.#files = this.#filesOf(directory, owed);
      this.#lock.markLoaded();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  publish(key: string, value: T): boolean {
    this.#mustBeOpen();
    const file = fileOfKey(key);
    const text = encodeValue(this.topic, key, value);
    const old = this.#texts.get(key);
    if (old !== undefined && !this.#files.owes(file) && this.#isSame(old, text, value)) return false;
    const bytes = encoder.encode(text);
    checkWireSize(this.topic, key, text, bytes.length);
    this.#files.write(file, bytes, this.topic.persistent, () => void this.#texts.set(key, text));
    return true;
  }

  unpublish(key: string): void {
    this.#mustBeOpen();
    if (!this.#texts.has(key)) {
      throw new PubsubError("unknown-key", `${topicPath(this.topic)} has no key ${JSON.stringify(key)}`);
    }
    this.#remove(key);
  }

  get(key: string): T | undefined {
    const text = this.#texts.get(key);
    return text === undefined ? undefined : this.topic.codec.decode(text);
  }

  getAll(): ReadonlyMap<string, T> {
    return new Map(Array.from(this.#texts, ([key, text]) => [key, this.topic.codec.decode(text)]));
  }

  keys(): readonly string[] {
    return [...this.#texts.keys()];
  }

  get restarted(): number {
    return this.#restarted;
  }

  signalRestarted(): void {
    this.#mustBeOpen();
    const next = this.#restarted + 1;
    this.#files.write(RESTARTED, encoder.encode(String(next)), false, () => void (this.#restarted = next));
  }

  clearRestarted(): void {
    this.#mustBeOpen();
    if (this.#restarted === 0) return;
    this.#files.remove(RESTARTED, false, () => void (this.#restarted = 0));
  }

  close(): void {
    if (!this.#open) return;
    const steps = this.topic.persistent
      ? []
      : Array.from(this.#texts.keys(), (key) => () => this.#remove(key));
    for (const step of [...steps, () => this.clearRestarted()]) {
      try {
        step();
      } catch (error) {
        if (!(error instanceof PubsubError)) throw error;
        this.setting.report(error);
      }
    }
    this.end();
  }

  /** Releases the lock and leaves every file as it is, for the next process. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#lock.release();
    this.setting.ended();
  }

  #filesOf(directory: string, owed: readonly string[]): OwnedFiles {
    return new OwnedFiles({
      directory,
      persistent: this.topic.persistent,
      report: this.setting.report,
      names: () => [...this.#texts.keys()].map(fileOfKey).concat(this.#restarted === 0 ? [] : RESTARTED),
      textOf: (file) => file === RESTARTED ? String(this.#restarted) : this.#texts.get(keyOfFile(file) ?? ""),
      rebuilt: () => this.#keepLock(),
    }, owed);
  }

  #remove(key: string): void {
    this.#files.remove(fileOfKey(key), this.topic.persistent, () => void this.#texts.delete(key));
  }

  #isSame(old: string, text: string, value: T): boolean {
    if (old === text) return true;
    const { codec } = this.topic;
    if (codec.isCanonical?.(old) && codec.isCanonical(text)) return false;
    return codec.equal(codec.decode(old), value);
  }

  /** The lock file may have gone with the folder above: nobody else would know that the topic has an owner. */
  #keepLock(): void {
    if (this.#lock.isInPlace()) return;
    makeFolder(dirname(lockPath(this.setting.root, this.topic)));
    const next = takeOwnership(this.setting.root, this.topic);
    this.#lock.release();
    this.#lock = next;
    this.#lock.markLoaded();
  }

  #mustBeOpen(): void {
    if (this.#open) return;
    throw new PubsubError("io", `the publication of ${topicPath(this.topic)} has ended; nothing is written`);
  }
}

/**
 * Removes the temp files of dead writers, with `onlyWriter` every one (see {@linkcode sweepTemporaries}). Where that fails, it is
 * reported and no reason not to start.
 */
export function sweepAtStart(
  directory: string,
  onlyWriter: boolean,
  report: PublicationSetting["report"],
): void {
  try {
    sweepTemporaries(directory, { onlyWriter });
  } catch (error) {
    if (!(error instanceof PubsubError)) throw error;
    report(error);
  }
}
