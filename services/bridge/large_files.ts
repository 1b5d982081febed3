/**
 * The files of large fields: each connection has its own, since readers delete them (spec/pubsub.md §6 rule 5; decisions.md 7).
 * Who serves a topic's socket is the only one to make files in its folder, so all that stand there when serving begins
 * are leftovers.
 */
import { errorText } from "../agent/error.ts";
import {
  DirectoryWatch,
  FILE_DIGITS,
  fileContent,
  fileName,
  largeDirectory,
  type LargeField,
  makeFolder,
  removeIfPresent,
  type TopicName,
} from "../pubsub/mod.ts";
import type { BridgeSetting } from "./setting.ts";
import { ToldOnce } from "./told_once.ts";

/** Files that a reader may leave unread before its connection waits. One message may have more if no others are left. */
export const MOST_FILES = 64;
/** When the publisher ends, its subscribers may have messages in their queues that they still read, in milliseconds. */
const GRACE_MS = 5_000;

/** The files of one connection. */
export interface ConnectionFiles {
  /**
   * Writes the files for one message.
   * @returns their names; "full" if the reader must delete some first (`awaitRoom` tells when it has); "failed" if they
   * can't be written, which has been told: none of them is left then, and it is to be tried again after a while
   */
  make(json: string, fields: readonly LargeField[]): readonly string[] | "full" | "failed";
  /** The message was not sent after all. */
  undo(names: readonly string[]): void;
  /** Removes what is left, at once or, if the reader is still there, after a while. */
  end(readerIsThere: boolean): void;
}

/** What all topics share. */
export type LargeFilesSetting = Pick<BridgeSetting, "root" | "random" | "counters" | "log">;

/** The large files of one topic. */
export class LargeFiles {
  readonly #folder: string;
  readonly #fault: ToldOnce;
  readonly #waiting = new Set<() => void>();
  readonly #left = new Set<string>();
  #watch: DirectoryWatch | undefined;
  #grace: number | undefined;

  constructor(private readonly setting: LargeFilesSetting, topic: TopicName) {
    this.#folder = setting.root + largeDirectory(topic);
    this.#fault = new ToldOnce(setting.log);
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
          if (isFull(fields.length)) return "full";
        }
        const made = this.#write(json, fields);
        made?.forEach((name) => names.add(name));
        return made ?? "failed";
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

  #write(json: string, fields: readonly LargeField[]): string[] | undefined {
    const made: string[] = [];
    try {
      makeFolder(this.#folder, 0o755);
      for (const field of fields) made.push(this.#writeOne(field.suffix, fileContent(json, field)));
    } catch (cause) {
      this.#remove(made);
      const next = "who needs it waits, and it is tried again";
      this.#fault.tell(`${this.#folder}: a large field can't be written: ${errorText(cause)}; ${next}`);
      return undefined;
    }
    this.#fault.gone();
    this.setting.counters.largeFiles += made.length;
    return made;
  }

  #writeOne(suffix: string, content: string): string {
    for (;;) {
      const name = fileName(suffix, Math.floor(this.setting.random.next() * 10 ** FILE_DIGITS));
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
