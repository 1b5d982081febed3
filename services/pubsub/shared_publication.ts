/**
 * The publication of a topic that several programs write: `LedBlinkCounter` (decisions.md 8).
 * Nobody owns it. The files are the only state, and our writers take the lock for each change.
 */
import { makeFolder, removeIfPresent, replaceFile, syncFolder } from "./atomic_file.ts";
import type { Publication } from "./bus.ts";
import { type EntryRead, readEntry } from "./entry_file.ts";
import { encodeValue } from "./encode_value.ts";
import { PubsubError } from "./error.ts";
import { listAll, readRestarted } from "./listing.ts";
import { orIo } from "./or_io.ts";
import { withSharedOwnership } from "./owner_lock.ts";
import { fileOfKey, keyOfFile, RESTARTED, topicDirectory, topicPath } from "./paths.ts";
import { type PublicationSetting, sweepAtStart } from "./publication.ts";
import type { Topic } from "./topic.ts";
import { checkWireSize } from "./wire_size.ts";

const encoder = new TextEncoder();

/** See {@linkcode Publication}; `get` and `getAll` read the files, and `close` leaves them to the other writers. */
export class SharedPublication<T> implements Publication<T> {
  readonly #directory: string;
  #open = true;

  /** @throws {PubsubError} `bad-topic`, `io` */
  constructor(readonly topic: Topic<T>, private readonly setting: PublicationSetting) {
    this.#directory = topicDirectory(setting.root, topic);
    makeFolder(this.#directory);
    sweepAtStart(this.#directory, false, setting.report);
  }

  publish(key: string, value: T): boolean {
    const path = this.#pathOf(key);
    const text = encodeValue(this.topic, key, value);
    const bytes = encoder.encode(text);
    checkWireSize(this.topic, key, text, bytes.length);
    const holds = () => {
      const now = this.#read(path);
      return now.state === "good" && (now.text === text || this.topic.codec.equal(now.value, value));
    };
    // Files are replaced whole: what already holds the value needs no lock.
    if (this.#open && holds()) return false;
    let written = false;
    this.#change(() => {
      if (holds()) return;
      replaceFile(path, bytes);
      written = true;
    });
    return written;
  }

  unpublish(key: string): void {
    const path = this.#pathOf(key);
    this.#change(() => {
      if (!removeIfPresent(path)) {
        throw new PubsubError("unknown-key", `${topicPath(this.topic)} has no key ${JSON.stringify(key)}`);
      }
      syncFolder(this.#directory);
    });
  }

  get(key: string): T | undefined {
    const read = this.#read(this.#pathOf(key));
    return read.state === "good" ? read.value : undefined;
  }

  keys(): readonly string[] {
    return [...this.getAll().keys()];
  }

  getAll(): ReadonlyMap<string, T> {
    const values = new Map<string, T>();
    const listing = orIo(`cannot list ${this.#directory}`, () => listAll(this.#directory, false));
    for (const name of listing?.files.keys() ?? []) {
      const key = keyOfFile(name);
      const value = key === undefined ? undefined : this.get(key);
      if (key !== undefined && value !== undefined) values.set(key, value);
    }
    return values;
  }

  get restarted(): number {
    return orIo(
      `cannot read the counter of ${this.#directory}`,
      () => readRestarted(this.#directory, 0).count,
    );
  }

  signalRestarted(): void {
    this.#change(() => replaceFile(`${this.#directory}/${RESTARTED}`, String(this.restarted + 1)));
  }

  clearRestarted(): void {
    this.#change(() => {
      if (removeIfPresent(`${this.#directory}/${RESTARTED}`)) syncFolder(this.#directory);
    });
  }

  close(): void {
    this.end();
  }

  /** Same as {@linkcode close}. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.setting.ended();
  }

  #read(path: string): EntryRead<T> {
    return orIo(`cannot read ${path}`, () => readEntry(path, this.topic.codec));
  }

  #pathOf(key: string): string {
    return `${this.#directory}/${fileOfKey(key)}`;
  }

  #change(change: () => void): void {
    if (!this.#open) {
      throw new PubsubError(
        "io",
        `the publication of ${topicPath(this.topic)} has ended; nothing is written`,
      );
    }
    makeFolder(this.#directory);
    if (!withSharedOwnership(this.setting.root, this.topic, change)) {
      const message = `the lock of ${topicPath(this.topic)} could not be had in time; written without it`;
      this.setting.report(new PubsubError("io", message));
    }
  }
}
