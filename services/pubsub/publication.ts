/** A table that this process owns: memory, files and nothing else (`spec/pubsub.md §5, §7`). */
import { makeFolder, removeIfPresent, replaceFile, sweepTemporaries, syncFolder } from "./atomic_file.ts";
import type { Publication } from "./bus.ts";
import { PubsubError } from "./error.ts";
import { takeOwnership } from "./owner_lock.ts";
import type { OwnerLock } from "./owner_lock.ts";
import { fileOfKey, lockPath, RESTARTED, topicDirectory, topicPath } from "./paths.ts";
import { restoreEntries } from "./restore.ts";
import type { Topic } from "./topic.ts";
import { encodeValue } from "./encode_value.ts";
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
  readonly #directory: string;
  readonly #lock: OwnerLock;
  /** The JSON of each entry; values are decoded anew for whoever asks, so nobody can change ours. */
  readonly #texts: Map<string, string>;
  #restarted: number;
  #open = true;

  /** @throws {PubsubError} `owned`, `bad-topic`, `io` */
  constructor(readonly topic: Topic<T>, private readonly setting: PublicationSetting) {
    this.#directory = topicDirectory(setting.root, topic);
    makeFolder(lockPath(setting.root, topic).replace(/\/[^/]*$/, ""));
    this.#lock = takeOwnership(setting.root, topic);
    try {
      makeFolder(this.#directory);
      this.#sweep();
      const restored = restoreEntries(topic, this.#directory, setting.report);
      this.#texts = restored.texts;
      this.#restarted = restored.restarted;
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
    if (old !== undefined && this.#isSame(old, text, value)) return false;
    const bytes = encoder.encode(text);
    checkWireSize(this.topic, key, text, bytes.length);
    this.#write(file, bytes, this.topic.persistent);
    this.#texts.set(key, text);
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
    this.#write(RESTARTED, encoder.encode(String(this.#restarted + 1)), false);
    this.#restarted++;
  }

  clearRestarted(): void {
    this.#mustBeOpen();
    if (this.#restarted === 0) return;
    this.#removeFile(RESTARTED);
    this.#restarted = 0;
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

  /** What a dead writer left is no reason not to start. */
  #sweep(): void {
    try {
      sweepTemporaries(this.#directory, { onlyWriter: true });
    } catch (error) {
      if (!(error instanceof PubsubError)) throw error;
      this.setting.report(error);
    }
  }

  #isSame(old: string, text: string, value: T): boolean {
    if (old === text) return true;
    const { codec } = this.topic;
    if (codec.isCanonical?.(old) && codec.isCanonical(text)) return false;
    return codec.equal(codec.decode(old), value);
  }

  /** `/run` is empty after a power loss: only persistent topics sync their folder (design.md rule 4). */
  #write(file: string, bytes: Uint8Array, backup: boolean): void {
    const options = { backup, syncFolder: this.topic.persistent };
    try {
      replaceFile(`${this.#directory}/${file}`, bytes, options);
    } catch (error) {
      if (!(error instanceof PubsubError && error.cause instanceof Deno.errors.NotFound)) throw error;
      this.#rebuild();
      replaceFile(`${this.#directory}/${file}`, bytes, options);
    }
  }

  /** Somebody removed the directory: all entries come back, since memory says they are published. */
  #rebuild(): void {
    this.setting.report(
      new PubsubError("io", `${this.#directory} was removed by someone else; it is written again`),
    );
    makeFolder(this.#directory);
    const options = { syncFolder: this.topic.persistent };
    for (const [key, text] of this.#texts) replaceFile(`${this.#directory}/${fileOfKey(key)}`, text, options);
    if (this.#restarted !== 0) {
      replaceFile(`${this.#directory}/${RESTARTED}`, String(this.#restarted), options);
    }
  }

  #remove(key: string): void {
    const file = fileOfKey(key);
    if (this.topic.persistent) removeIfPresent(`${this.#directory}/${file}.bak`);
    this.#removeFile(file);
    this.#texts.delete(key);
  }

  #removeFile(file: string): void {
    const removed = removeIfPresent(`${this.#directory}/${file}`);
    if (removed && this.topic.persistent) syncFolder(this.#directory);
  }

  #mustBeOpen(): void {
    if (this.#open) return;
    throw new PubsubError("io", `the publication of ${topicPath(this.topic)} has ended; nothing is written`);
  }
}
