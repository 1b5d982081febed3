/**
 * Follows one directory that may be missing, appear late, be removed and come again (decisions.md 5; platform.md on `watchFs`).
 * Only that directory is ever watched. While it is missing, the nearest folder above it is polled.
 */
import { basename, dirname } from "node:path";
import { type FollowFolder, followFolder } from "./folder_events.ts";
import { pollFolder } from "./folder_poll.ts";

/** What a directory watch tells; called from the event loop. */
export interface DirectoryListener {
  /** These names may have changed; the `rewritten` ones among them may have been written in place. */
  touched(names: ReadonlySet<string>, rewritten: ReadonlySet<string>): void;
  /** The directory appeared, vanished or was replaced, or events were lost: look at all of it. */
  replaced(): void;
  /** Nothing can be watched; the directory is looked at every second until it works again. Told once per failure. */
  failed(cause: unknown): void;
  /** It works again. */
  works?(): void;
}

/** Ready events join a batch as long as they keep coming within so many turns of the microtask queue. */
const IDLE_TURNS = 6;
const MAX_BATCH = 1024;
/** Deno 2.7.14 keeps so many events for a slow reader and drops the rest without a word (denoland/deno#11373). */
const EVENT_QUEUE = 16;
const POLL_MS = 1000;

/** A watch that runs until `close`. */
export class DirectoryWatch {
  /** Ends the watch of the directory, or the poll of the one above it. */
  #unfollow: (() => void) | undefined;
  #nearest = "";
  #identity = "";
  #touched = new Set<string>();
  #rewritten = new Set<string>();
  #arrived = 0;
  #settling = false;
  #moved = false;
  #lost = false;
  #poll: number | undefined;
  #closed = false;

  /**
   * @param wanted names to tell of; all others cost nothing
   * @param followIt for a directory that holds more than entries; by default one of those
   */
  constructor(
    private readonly directory: string,
    private readonly wanted: (name: string) => boolean,
    private readonly listener: DirectoryListener,
    private readonly followIt: FollowFolder = followFolder,
  ) {
    this.check();
  }

  /** Makes sure that the right folder is watched or polled. True if it is another one than before. */
  check(): boolean {
    let moved = false;
    for (let attempt = 0; attempt < 16 && !this.#closed; attempt++) {
      try {
        const nearest = nearestFolder(this.directory);
        const same = nearest.path === this.#nearest && nearest.identity === this.#identity;
        if (this.#unfollow !== undefined && same) return moved;
        this.#follow(nearest.path, nearest.identity);
      } catch (cause) {
        if (cause instanceof Deno.errors.NotFound) continue;
        this.#fail(cause);
        return moved;
      }
      if (this.#poll !== undefined) this.listener.works?.();
      clearInterval(this.#poll);
      this.#poll = undefined;
      moved = true;
    }
    return moved;
  }

  /** The directory was not there at the last look, and a folder above it is polled. */
  get isMissing(): boolean {
    return this.#unfollow !== undefined && this.#nearest !== this.directory;
  }

  close(): void {
    this.#closed = true;
    this.#stopWatching();
    clearInterval(this.#poll);
  }

  #follow(path: string, identity: string): void {
    this.#stopWatching();
    if (path === this.directory) this.#watch(identity);
    else this.#unfollow = pollFolder(path, () => this.#lookForIt());
    this.#nearest = path;
    this.#identity = identity;
  }

  #watch(identity: string): void {
    const unfollow = this.followIt(this.directory, identity, {
      event: (event) => {
        if (unfollow === this.#unfollow) this.#take(event);
      },
      failed: (cause) => {
        if (unfollow === this.#unfollow) this.#fail(cause);
      },
    });
    this.#unfollow = unfollow;
  }

  #take(event: Deno.FsEvent): void {
    this.#arrived++;
    this.#lost ||= event.flag === "rescan";
    if (event.kind !== "access") event.paths.forEach((path) => this.#note(basename(path), event.kind));
    if (!this.#settling) this.#settle();
  }

  #note(name: string, kind: Deno.FsEvent["kind"]): void {
    if (this.wanted(name)) {
      this.#touched.add(name);
      if (kind !== "rename" && kind !== "remove") this.#rewritten.add(name);
    } else if (name === basename(this.directory) && kind !== "modify" && kind !== "create") {
      this.#identity = "";
      this.#moved = true;
    }
  }

  /** Lets the events that are ready join, then tells of all at once. As many as the queue holds may stand for more. */
  async #settle(): Promise<void> {
    this.#settling = true;
    let seen;
    do {
      seen = this.#arrived;
      for (let turn = 0; turn < IDLE_TURNS; turn++) await undefined;
    } while (seen !== this.#arrived && this.#arrived < MAX_BATCH);
    const [names, rewritten] = [this.#touched, this.#rewritten];
    const all = this.#moved || this.#lost || this.#arrived >= EVENT_QUEUE;
    this.#touched = new Set();
    this.#rewritten = new Set();
    this.#moved = this.#lost = this.#settling = false;
    this.#arrived = 0;
    if (this.#closed) return;
    if (all) this.#renew();
    else if (names.size > 0) this.listener.touched(names, rewritten);
  }

  #renew(): void {
    this.check();
    this.listener.replaced();
  }

  #lookForIt(): void {
    if (this.check()) this.listener.replaced();
  }

  #fail(cause: unknown): void {
    this.#stopWatching();
    if (this.#poll !== undefined || this.#closed) return;
    this.#poll = setInterval(() => this.#renew(), POLL_MS);
    this.listener.failed(cause);
  }

  #stopWatching(): void {
    const unfollow = this.#unfollow;
    this.#unfollow = undefined;
    unfollow?.();
  }
}

/**
 * The folder itself or the nearest one above that exists, with what tells it from another of that name.
 * @throws what `stat` throws where it cannot be told whether one exists
 */
function nearestFolder(folder: string): { path: string; identity: string } {
  for (let path = folder;; path = dirname(path)) {
    try {
      const info = Deno.statSync(path);
      if (info.isDirectory) return { path, identity: `${info.dev} ${info.ino} ${info.birthtime?.getTime()}` };
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
    if (dirname(path) === path) return { path, identity: "top" };
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
