/**
 * Who publishes a topic: an flock on `<topic>.lock` beside the directory, held as long as the process owns it (decisions.md 4).
 *
 * Text of the lock file: the owner's pid in decimal and a newline; then `loaded` and a newline once the restored
 * entries are in memory. It says something only while the lock is held **and** that pid is alive: after a crash the text of
 * the dead owner stays until the next one cuts it. A released lock leaves an empty file. The file is never unlinked:
 * two processes could hold locks on two files of one name.
 */
import { isAlive, lookAt } from "./atomic_file.ts";
import { PubsubError } from "./error.ts";
import { orIo } from "./or_io.ts";
import { lockPath, topicPath } from "./paths.ts";
import type { TopicName } from "./paths.ts";

const encoder = new TextEncoder();
const pause = new Int32Array(new SharedArrayBuffer(4));

/** What the lock file of a topic says at this moment. */
export interface Owner {
  /** Undefined in the instant before the owner has written it. */
  readonly pid: number | undefined;
  /** The restored entries of the owner are there: the directory may be shown to others as complete. */
  readonly loaded: boolean;
}

/** The lock of a publication, from {@linkcode takeOwnership}. */
export interface OwnerLock {
  /** @throws {PubsubError} `io` */
  markLoaded(): void;
  /** The file at the lock's path is still the one that is locked. */
  isInPlace(): boolean;
  /** Never throws: the lock ends with its descriptor, whatever its text says then. */
  release(): void;
}

/** Takes the lock for the life of a publication. @throws {PubsubError} `owned`, `io` */
export function takeOwnership(root: string, topic: TopicName): OwnerLock {
  const path = lockPath(root, topic);
  const file = openLockFile(path);
  const write = (text: string) =>
    orIo(`cannot write the lock file ${path}`, () => void file.writeSync(encoder.encode(text)));
  const lock = {
    markLoaded: () => write("loaded\n"),
    isInPlace: () =>
      orIo(`cannot look at the lock file ${path}`, () => {
        const [here, there] = [file.statSync(), lookAt(path)];
        return here.ino === there?.ino && here.dev === there.dev;
      }),
    release: () => {
      try {
        file.truncateSync();
      } catch {
        // The text of a dead owner means nothing.
      }
      file.close();
    },
  };
  try {
    // `readOwner` holds a shared lock for an instant: that is not an owner yet.
    if (!tryFor(path, file, 5, 2)) throw owned(path, topic);
    orIo(`cannot write the lock file ${path}`, () => file.truncateSync());
    write(`${Deno.pid}\n`);
  } catch (error) {
    file.close();
    throw error;
  }
  return lock;
}

function owned(path: string, topic: TopicName): PubsubError {
  const { pid } = parseOwner(readText(path));
  const owner = `process ${pid ?? "(unknown)"}, which holds ${path}`;
  return new PubsubError("owned", `${topicPath(topic)} is published by ${owner}; it is not published here`);
}

/**
 * Runs `change` under the lock of a topic that many programs write; waits for it up to half a second.
 * @returns false if the lock could not be had; `change` has run all the same, as Go does it (decisions.md 8)
 */
export function withSharedOwnership(root: string, topic: TopicName, change: () => void): boolean {
  const path = lockPath(root, topic);
  using file = openLockFile(path);
  const locked = tryFor(path, file, 250, 2);
  change();
  return locked;
}

/** Who publishes the topic now; undefined if none of our programs does. */
export function readOwner(root: string, topic: TopicName): Owner | undefined {
  const path = lockPath(root, topic);
  try {
    using file = Deno.openSync(path);
    if (file.tryLockSync(false)) {
      file.unlockSync();
      return undefined;
    }
    const owner = parseOwner(readText(path));
    return { pid: owner.pid, loaded: owner.loaded && owner.pid !== undefined && isAlive(owner.pid) };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new PubsubError("io", `cannot read the lock file ${path}: ${String(cause)}`, { cause });
  }
}

/** The text of a lock file. Pure. */
export function parseOwner(text: string): Owner {
  const [first, second] = text.split("\n");
  const pid = /^[1-9]\d{0,9}$/.test(first ?? "") ? Number(first) : undefined;
  return { pid, loaded: pid !== undefined && second === "loaded" };
}

function openLockFile(path: string): Deno.FsFile {
  const options = { read: true, write: true, create: true, mode: 0o600 };
  return orIo(`cannot open the lock file ${path}, nothing is published`, () => Deno.openSync(path, options));
}

function tryFor(path: string, file: Deno.FsFile, attempts: number, pauseMs: number): boolean {
  for (let attempt = 1;; attempt++) {
    if (orIo(`cannot lock ${path}`, () => file.tryLockSync(true))) return true;
    if (attempt >= attempts) return false;
    Atomics.wait(pause, 0, 0, pauseMs);
  }
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
