/** The four folders of the uploader, and the moves between them (`spec/loguploader.md §2, 4.2, 5.2`). A name never leaves its folder. */
import { join } from "node:path";
import type { DevicePaths } from "../agent/mod.ts";
import { type LogFile, type LogKind, nextName, parseLogFile } from "./file_name.ts";
import { removeIfPresent } from "../pubsub/mod.ts";
import { oldestFirst } from "./quota.ts";

/** Tells a file from another one that took its name: a clock that steps back makes newlogd use a name twice. */
export interface Fingerprint {
  readonly inode: number | null;
  readonly size: number;
  readonly modified: number;
}

/** What came of reading a file. */
export type FileContent =
  | { readonly kind: "content"; readonly bytes: Uint8Array; readonly fingerprint: Fingerprint }
  /** Somebody else took it: newlogd's quota. */
  | { readonly kind: "gone" }
  | { readonly kind: "unreadable"; readonly reason: string }
  /** Reading it again would not help. */
  | { readonly kind: "hopeless"; readonly reason: string };

/** What became of a delivered file. */
export type Finished =
  /** Removed, moved to `keepSentQueue`, or gone already. */
  | "done"
  /** Removed, since no room was left for it in `keepSentQueue`. */
  | "dropped"
  /** Another file has the name now; it was left alone. */
  | "another";

/** Files given up on are kept up to this number. */
export const mostFailedFiles = 1000;
/** A larger file is not even read, in bytes: no log file, and it could take all memory. */
export const largestReadable = 16 * 1024 * 1024;

/** What stands in an upload folder. */
export interface FolderListing {
  readonly files: readonly LogFile[];
  /** Names that end in `.gz` and mean nothing; they are left alone. */
  readonly strange: readonly string[];
}

/** Absolute paths below one device root. */
export class UploadFolders {
  /** Above all of them. */
  readonly base: string;
  readonly keepSentQueue: string;
  readonly failedUpload: string;
  readonly #upload: Readonly<Record<LogKind, string>>;

  constructor(paths: DevicePaths) {
    this.base = paths.newlog;
    this.#upload = { device: join(paths.newlog, "devUpload"), app: join(paths.newlog, "appUpload") };
    this.keepSentQueue = join(paths.newlog, "keepSentQueue");
    this.failedUpload = join(paths.newlog, "failedUpload");
  }

  uploadFolder(kind: LogKind): string {
    return this.#upload[kind];
  }

  /** Makes the two targets. @throws the system's error */
  makeTargets(): void {
    for (const folder of [this.keepSentQueue, this.failedUpload]) makeOwnFolder(folder);
  }

  /** Everything that is to be uploaded; empty while the folder is not there. @throws on any other failure */
  list(kind: LogKind): FolderListing {
    const folder = this.#upload[kind];
    const files: LogFile[] = [];
    const strange: string[] = [];
    try {
      refuseLink(folder);
      for (const { name, isFile } of Deno.readDirSync(folder)) {
        const file = isFile ? parseLogFile(kind, name) : undefined;
        if (file !== undefined) files.push(file);
        else if (name.endsWith(".gz")) strange.push(name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return { files, strange };
  }

  /**
   * An empty file is hopeless, no gzip is; so is one that is far too large. What is no file any more is gone: a link could lead to
   * a key, and a FIFO is never read to its end.
   */
  async read(file: LogFile): Promise<FileContent> {
    try {
      const path = this.#pathOf(file);
      const { isFile, ino } = await Deno.lstat(path);
      if (!isFile) return { kind: "gone" };
      using open = await Deno.open(path);
      const fingerprint = fingerprintOf(await open.stat());
      if (fingerprint.inode !== ino) return { kind: "unreadable", reason: "another file took its name" };
      if (fingerprint.size === 0) return { kind: "hopeless", reason: "it is empty" };
      if (fingerprint.size > largestReadable) {
        return { kind: "hopeless", reason: `${fingerprint.size} bytes, above ${largestReadable}` };
      }
      return { kind: "content", bytes: await readWhole(open, fingerprint.size), fingerprint };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { kind: "gone" };
      return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /**
   * A delivered device file goes (newlogd keeps a copy), an app's moves to `keepSentQueue`; on a full disk it goes too, since
   * the controller has it. Gone already is fine.
   * @throws the system's error
   */
  finish(file: LogFile, delivered: Fingerprint): Finished {
    const path = this.#pathOf(file);
    try {
      const there = fingerprintOf(Deno.lstatSync(path));
      if (!isSame(there, delivered)) return "another";
      if (file.kind === "app") return this.#keep(file, path);
      Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound && !this.#exists(path))) throw error;
    }
    return "done";
  }

  #keep(file: LogFile, path: string): Finished {
    try {
      makeOwnFolder(this.keepSentQueue);
      this.#move(file, this.keepSentQueue);
      return "done";
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      Deno.removeSync(path);
      return "dropped";
    }
  }

  /**
   * Moves a file that is given up to `failedUpload`, oldest out first when that is full.
   * @param evicted told of each file that went, also where the move fails afterwards
   * @throws the system's error
   */
  quarantine(file: LogFile, evicted: () => void): void {
    makeOwnFolder(this.failedUpload);
    const present = [...Deno.readDirSync(this.failedUpload)].filter(({ isFile }) => isFile);
    const surplus = Math.max(0, present.length - mostFailedFiles + 1);
    for (const name of oldestFirst(present.map(({ name }) => name)).slice(0, surplus)) {
      if (removeIfPresent(join(this.failedUpload, name))) evicted();
    }
    this.#move(file, this.failedUpload);
  }

  #move(file: LogFile, folder: string): void {
    let name = file.name;
    while (this.#exists(join(folder, name))) name = nextName(name);
    Deno.renameSync(this.#pathOf(file), join(folder, name));
  }

  #exists(path: string): boolean {
    try {
      Deno.lstatSync(path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  #pathOf(file: LogFile): string {
    return join(this.#upload[file.kind], file.name);
  }
}

/** No bytes or no inodes left, or none for us. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" || isDiskFull(error.cause);
}

/**
 * For a folder of ours that a link stands for: what it leads to is not ours to send, to fill or to empty.
 * @throws {Error} it is a link; the system's error, a missing one included
 */
function refuseLink(folder: string): void {
  if (Deno.lstatSync(folder).isSymlink) throw new Error(`${folder} is a link: expected a folder`);
}

function makeOwnFolder(folder: string): void {
  Deno.mkdirSync(folder, { recursive: true, mode: 0o755 });
  refuseLink(folder);
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return a.inode === b.inode && a.size === b.size && a.modified === b.modified;
}

function fingerprintOf({ ino, size, mtime }: Deno.FileInfo): Fingerprint {
  return { inode: ino, size, modified: mtime?.getTime() ?? 0 };
}

/** @throws {Error} the file is shorter than it was */
async function readWhole(file: Deno.FsFile, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = await file.read(bytes.subarray(at));
    if (count === null) throw new Error(`it ends after ${at} of ${size} bytes`);
    at += count;
  }
  return bytes;
}
