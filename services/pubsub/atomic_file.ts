/** Files that readers see whole or not at all: temp file, fsync, rename, fsync of the folder (`spec/pubsub.md §7`). */
import { PubsubError } from "./error.ts";

/** How {@linkcode replaceFile} writes. */
export interface ReplaceOptions {
  /** Permission bits of the new file; 0600 by default. */
  readonly mode?: number;
  /** Keep the regular file that stood there as `<path>.bak`, with its mode and mtime. An empty one is not kept. */
  readonly backup?: boolean;
  /** Told if the backup fails, and the file is replaced all the same; without it, that is an error like any other. */
  readonly backupFailed?: (error: PubsubError) => void;
  /** Called as soon as the new file stands: what fails after that is only the fsync of the folder. */
  readonly replaced?: () => void;
  /** Also fsync the folder, so that the new name survives power loss. True by default. */
  readonly syncFolder?: boolean;
}

const encoder = new TextEncoder();
let serial = 0;

/**
 * Replaces a file at once; synchronous.
 * @throws {PubsubError} `io`: the temp file is gone again, the old file stands as before
 * (only when the very last step, the fsync of the folder, fails does the new file already stand)
 */
export function replaceFile(path: string, content: Uint8Array | string, options: ReplaceOptions = {}): void {
  const folder = path.slice(0, path.lastIndexOf("/")) || (path.startsWith("/") ? "/" : ".");
  let temporary: string | undefined;
  let directory: Deno.FsFile | undefined;
  try {
    if (options.syncFolder ?? true) directory = Deno.openSync(folder);
    temporary = writeTemporary(folder, typeof content === "string" ? encoder.encode(content) : content);
    if (options.mode !== undefined && options.mode !== 0o600) Deno.chmodSync(temporary, options.mode);
    if (options.backup) tryBackup(path, folder, directory, options.backupFailed);
    Deno.renameSync(temporary, path);
    temporary = undefined;
    options.replaced?.();
    directory?.syncSync();
  } catch (cause) {
    throw failure(`cannot write ${path}, the old file stays`, cause);
  } finally {
    if (temporary !== undefined) removeQuietly(temporary);
    directory?.close();
  }
}

function tryBackup(
  path: string,
  folder: string,
  directory: Deno.FsFile | undefined,
  failed: ReplaceOptions["backupFailed"],
): void {
  try {
    keepBackup(path, folder, directory);
  } catch (cause) {
    // Without its folder nothing can be written: that is no fault of the backup.
    if (failed === undefined || cause instanceof Deno.errors.NotFound) throw cause;
    failed(failure(`cannot keep ${path}.bak, the file itself is replaced without`, cause));
  }
}

/** A copy, replaced by rename (a full disk can't tear the older one), never a link: Go writes `.bak` in place. */
function keepBackup(path: string, folder: string, directory: Deno.FsFile | undefined): void {
  const info = lookAt(path);
  // A FIFO would hold up whoever reads it.
  if (info === undefined || !info.isFile) return;
  const old = readFileIfPresent(path);
  if (old === undefined || old.length === 0) return;
  const { mode, mtime, atime } = info;
  const temporary = writeTemporary(folder, old);
  try {
    if (mode !== null && (mode & 0o777) !== 0o600) Deno.chmodSync(temporary, mode & 0o777);
    if (mtime !== null) Deno.utimeSync(temporary, atime ?? mtime, mtime);
    Deno.renameSync(temporary, `${path}.bak`);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  directory?.syncSync();
}

/** What stands at a path, undefined if nothing does; a link is not followed. @throws what the system call throws otherwise */
export function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** `tmp<digits>`, 0600, written and fsynced. The last 8 digits are the pid: {@linkcode writerOf} reads it. */
function writeTemporary(folder: string, bytes: Uint8Array): string {
  const { file, path } = createTemporary(folder);
  try {
    for (let done = 0; done < bytes.length;) {
      done += file.writeSync(done === 0 ? bytes : bytes.subarray(done));
    }
    file.syncSync();
  } catch (error) {
    removeQuietly(path);
    throw error;
  } finally {
    file.close();
  }
  return path;
}

function createTemporary(folder: string): { file: Deno.FsFile; path: string } {
  for (;;) {
    serial = (serial + 1) % 1_000_000_000;
    const path = `${folder}/tmp${String(serial).padStart(9, "0")}${String(Deno.pid).padStart(8, "0")}`;
    try {
      return { file: Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }), path };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** The whole file, or undefined if there is none. @throws {PubsubError} `io` */
export function readFileIfPresent(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw failure(`cannot read ${path}`, cause);
  }
}

/** Removes a file; true if it was there. @throws {PubsubError} `io` */
export function removeIfPresent(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw failure(`cannot remove ${path}, it stays`, cause);
  }
}

/** Creates a folder and the missing ones above it, all with `mode`; an existing one is left as it is. @throws {PubsubError} `io` */
export function makeFolder(path: string, mode = 0o700): void {
  for (let attempt = 1;; attempt++) {
    try {
      return Deno.mkdirSync(path, { recursive: true, mode });
    } catch (cause) {
      // Somebody removes it while it is made: the runtime then says that it exists.
      if (cause instanceof Deno.errors.AlreadyExists && attempt < 3) continue;
      throw failure(`cannot create the folder ${path}`, cause);
    }
  }
}

/** Makes a removal in this folder survive power loss. @throws {PubsubError} `io` */
export function syncFolder(path: string): void {
  try {
    using directory = Deno.openSync(path);
    directory.syncSync();
  } catch (cause) {
    throw failure(`cannot sync the folder ${path}`, cause);
  }
}

/**
 * Removes left-over temp files. Without `onlyWriter`, those whose writer is one of our programs and dead;
 * with it (nobody else writes into this folder), every `tmp<digits>`, a Go agent's too. A missing folder has none.
 * @returns how many were removed
 * @throws {PubsubError} `io`
 */
export function sweepTemporaries(folder: string, options: { readonly onlyWriter?: boolean } = {}): number {
  let removed = 0;
  for (const name of namesIn(folder)) {
    if (!isTemporary(name)) continue;
    const writer = writerOf(name);
    const dead = writer !== undefined && !isAlive(writer);
    if ((options.onlyWriter || dead) && removeIfPresent(`${folder}/${name}`)) removed++;
  }
  return removed;
}

/** Whether a name is that of a temp file, ours or a Go agent's. */
export function isTemporary(name: string): boolean {
  return /^tmp\d+$/.test(name);
}

/** The process that made a temp file, if it is one of our programs. */
export function writerOf(name: string): number | undefined {
  const pid = /^tmp\d{9}(\d{8})$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), (entry) => entry.name);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw failure(`cannot list ${folder}`, cause);
  }
}

/** Whether a process with this id exists; what can't be told counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // the error that led here is the one to tell
  }
}

/** The cause is the system's error, also where a step inside has already wrapped it. */
function failure(what: string, cause: unknown): PubsubError {
  const system = cause instanceof PubsubError && cause.cause !== undefined ? cause.cause : cause;
  return new PubsubError("io", `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause: system,
  });
}
