/**
 * The bus of one device root: opens publications and subscriptions over directories (`spec/pubsub.md §1, 2, 5, 8`).
 * Publishing is writing the file, subscribing is watching the directory; there is no other state.
 */
import type { PubsubError } from "./error.ts";
import type { Topic } from "./topic.ts";

/** What a program gives when it opens the bus. */
export interface BusOptions {
  /** Stands in front of `/run` and `/persist`; `""` on a device. */
  readonly root: string;
  /** Ends every publication (locks released, files left for the next process) and subscription of this bus. */
  readonly signal: AbortSignal;
  /** Told once of each bad file, lock or watcher; never throws back into the bus. */
  readonly report: (error: PubsubError) => void;
  /** Time between two repairing scans, in milliseconds. 60 000 by default. */
  readonly rescanMs?: number;
  /** From how many milliseconds on a handler is reported as slow. 40 000 by default (`spec/pubsub.md §8`). */
  readonly slowHandlerMs?: number;
  /** Milliseconds since 1970 by the clock that gives files their times, never a scaled one. `Date.now` by default. */
  readonly now?: () => number;
}

/** A key→value table that this process owns and mirrors to files. All calls are synchronous: when they return, the file is there. */
export interface Publication<T> {
  /** What is published. */
  readonly topic: Topic<T>;
  /**
   * Writes `<key>.json` if the value differs from the one there.
   * @returns true if a file was written
   * @throws {PubsubError} `bad-key`, `bad-value`, `too-large`, `io` — the old value and file are unchanged then. Where only the
   * last step fails, the sync of the folder, the new ones stand, and the next publish writes the file again, equal or not
   */
  publish(key: string, value: T): boolean;
  /** Removes the entry, its file and its `.bak`. @throws {PubsubError} `unknown-key`, `io` */
  unpublish(key: string): void;
  /** The value as published last. */
  get(key: string): T | undefined;
  /** All entries, restored ones included. The map is a snapshot. */
  getAll(): ReadonlyMap<string, T>;
  /** The keys alone: no value is decoded. A snapshot. */
  keys(): readonly string[];
  /** The restart counter: 0 until `signalRestarted` was called (or as restored from the file). */
  readonly restarted: number;
  /** Counts `restarted` up: all that this start has to say is published. */
  signalRestarted(): void;
  /** Removes the counter. */
  clearRestarted(): void;
  /**
   * Non-persistent: unpublishes all; persistent: keeps the entries; both: clears the counter and releases the lock.
   * A topic of many writers is left as it is. At the end of a program let the bus's signal abort instead.
   */
  close(): void;
}

/** Called one at a time on the event loop; an exception is reported and the next change goes on. */
export interface SubscriptionHandlers<T> {
  /** An entry that was not there. */
  create?(key: string, value: T): void;
  /** An entry with another value. */
  modify?(key: string, value: T, old: T): void;
  /** An entry that is gone, with its last value. */
  delete?(key: string, old: T): void;
  /** Once, when the first full scan of an existing directory has been delivered. */
  sync?(): void;
  /** With each change of the counter, after the entries it stands for. */
  restart?(count: number): void;
}

/** A table that another process owns, followed through its directory. */
export interface Subscription<T> {
  /** What is followed. */
  readonly topic: Topic<T>;
  /** Persistent topics are read before this returns; everything else is delivered by the event loop. */
  activate(): void;
  /** The value as delivered last. */
  get(key: string): T | undefined;
  /** All entries as delivered. The map is a snapshot. */
  getAll(): ReadonlyMap<string, T>;
  /** `sync` has been delivered. */
  readonly synchronized: boolean;
  /** The publisher's restart counter; 0 without one. */
  readonly restarted: number;
  /** Looks at the directory now and delivers what changed; the periodic scan calls the same. */
  rescan(): void;
  /**
   * Ends, then calls delete for every entry and restart with 0. At the end of a program let the bus's signal abort
   * instead: that calls nobody.
   */
  close(): void;
}

/** See {@linkcode openBus}. */
export interface Bus {
  /** What stands in front of `/run` and `/persist`. */
  readonly root: string;
  /**
   * Creates the directory, takes the lock, restores the entries from files.
   * @throws {PubsubError} `owned` if another process publishes this topic, `io`
   */
  publication<T>(topic: Topic<T>): Publication<T>;
  /** Inactive until `activate()`. The directory may appear later. */
  subscription<T>(topic: Topic<T>, handlers?: SubscriptionHandlers<T>): Subscription<T>;
}
