/**
 * The files of large fields: each connection has its own, since readers delete them (spec/pubsub.md §6 rule 5; decisions.md 7).
 * Who serves a topic's socket is the only one to make files in its folder, so all that stand there when serving begins
 * are leftovers.
 */
import type { Random } from "../agent/random.ts";
import { DirectoryWatch, type LargeField, makeFolder, removeIfPresent } from "../pubsub/mod.ts";
import type { Counters } from "./counters.ts";
import { BridgeError } from "./error.ts";
import { FILE_DIGITS, fileContent, fileName, largeDirectory, type LargeTopic } from "./large_fields.ts";

/** Files that a reader may leave unread before its connection waits. One message may have more if no others are left. */
export const MOST_FILES = 64;
/** When the publisher ends, its subscribers may have messages in their queues that they still read, in milliseconds. */
const GRACE_MS = 5_000;

/** The files of one connection. */
export interface ConnectionFiles {
  /**
   * Writes the files for one message.
   * @returns their names, or undefined if the reader must delete some first; `awaitRoom` tells when it has
   * @throws {BridgeError} `large-file`; none of them is left then
   */
  make(json: string, fields: readonly LargeField[]): string[] | undefined;
  /** The message was not sent after all. */
  undo(names: readonly string[]): void;
  /** Removes what is left, at once or, if the reader is still there, after a while. */
  end(readerIsThere: boolean): void;
}

/** The large files of one topic. */
export class LargeFiles {
  readonly #folder: string;
  readonly #waiting = new Set<() => void>();
  readonly #left = new Set<string>();
  #watch: DirectoryWatch | undefined;
  #grace: number | undefined;

  constructor(
    root: string,
    topic: LargeTopic,
    private readonly random: Random,
    private readonly counters: Counters,
  ) {
    this.#folder = root + largeDirectory(topic);
  }

  /** Removes what a dead server of this topic left. @throws what the system throws */
  sweep(): void {
    this.#forgetLeft();
    let names: string[];
    try {
      names = Array.from(Deno.readDirSync(this.#folder), (entry) => entry.name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    for (const name of names) if (isOurs(name)) removeIfPresent(this.#path(name));
  }

  /** For a new connection. */
  open(): ConnectionFiles {
    const names = new Set<string>();
    const refresh = () => names.forEach((name) => exists(this.#path(name)) || names.delete(name));
    const isFull = (more: number) => names.size > 0 && names.size + more > MOST_FILES;
    return {
      make: (json, fields) => {
        if (isFull(fields.length)) refresh();
        if (isFull(fields.length)) {
          this.#watch ??= this.#watchFolder();
          refresh();
          if (isFull(fields.length)) return undefined;
        }
        const made = this.#write(json, fields);
        made.forEach((name) => names.add(name));
        return made;
      },
      undo: (made) => {
        made.forEach((name) => names.delete(name));
        this.#remove(made);
      },
      end: (readerIsThere) => {
        if (readerIsThere) names.forEach((name) => this.#leave(name));
        else this.#remove(names);
        names.clear();
      },
    };
  }

  /** Calls `wake` once, when files of this topic have been deleted. */
  awaitRoom(wake: () => void): void {
    this.#waiting.add(wake);
    this.#watch ??= this.#watchFolder();
  }

  /** Nobody waits any more. */
  stopWaiting(): void {
    this.#waiting.clear();
    this.#closeWatch();
  }

  /** Removes at once what was to stay for a while. */
  close(): void {
    this.stopWaiting();
    this.#remove(this.#left);
    this.#forgetLeft();
  }

  #write(json: string, fields: readonly LargeField[]): string[] {
    const made: string[] = [];
    try {
      makeFolder(this.#folder, 0o755);
      for (const field of fields) made.push(this.#writeOne(field.suffix, fileContent(json, field)));
    } catch (cause) {
      this.#remove(made);
      const message =
        `${this.#folder}: a large field can't be written; its connections wait and it is tried again`;
      throw new BridgeError("large-file", message, { cause });
    }
    this.counters.largeFiles += made.length;
    return made;
  }

  #writeOne(suffix: string, content: string): string {
    for (;;) {
      const name = fileName(suffix, Math.floor(this.random.next() * 10 ** FILE_DIGITS));
      try {
        Deno.writeTextFileSync(this.#path(name), content, { createNew: true, mode: 0o600 });
        return name;
      } catch (error) {
        if (error instanceof Deno.errors.AlreadyExists) continue;
        this.#remove([name]);
        throw error;
      }
    }
  }

  #watchFolder(): DirectoryWatch {
    const wakeAll = () => {
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      waiting.forEach((wake) => wake());
      if (this.#waiting.size === 0) this.#closeWatch();
    };
    return new DirectoryWatch(this.#folder, isOurs, {
      touched: wakeAll,
      replaced: wakeAll,
      failed: () => {},
    });
  }

  #closeWatch(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  #leave(name: string): void {
    this.#left.add(name);
    this.#grace ??= setTimeout(() => {
      this.#remove(this.#left);
      this.#forgetLeft();
    }, GRACE_MS);
  }

  #forgetLeft(): void {
    this.#left.clear();
    clearTimeout(this.#grace);
    this.#grace = undefined;
  }

  #remove(names: Iterable<string>): void {
    for (const name of names) {
      try {
        removeIfPresent(this.#path(name));
      } catch {
        // A file that stays is swept when the topic is served again, and at boot.
      }
    }
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

function isOurs(name: string): boolean {
  return name.startsWith("pubsub-file-");
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
