/** The four folders of the uploader, and the moves between them (`spec/loguploader.md §2, 4.2, 5.2`). A name never leaves its folder. */
import { join } from "node:path";
import type { DevicePaths } from "../agent/mod.ts";
import { type LogFile, type LogKind, nextName, parseLogFile, timestampOf } from "./file_name.ts";

/** What came of reading a file. */
export type FileContent =
  | { readonly kind: "content"; readonly bytes: Uint8Array }
  /** Somebody else took it: newlogd's quota. */
  | { readonly kind: "gone" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Files given up on are kept up to this number. */
export const mostFailedFiles = 1000;

/** Absolute paths below one device root. */
export class UploadFolders {
  readonly keepSentQueue: string;
  readonly failedUpload: string;
  readonly #upload: Readonly<Record<LogKind, string>>;

  constructor(paths: DevicePaths) {
    this.#upload = { device: join(paths.newlog, "devUpload"), app: join(paths.newlog, "appUpload") };
    this.keepSentQueue = join(paths.newlog, "keepSentQueue");
    this.failedUpload = join(paths.newlog, "failedUpload");
  }

  uploadFolder(kind: LogKind): string {
    return this.#upload[kind];
  }

  /** Makes the two targets. @throws the system's error */
  makeTargets(): void {
    for (const folder of [this.keepSentQueue, this.failedUpload]) {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o755 });
    }
  }

  /** Everything that is to be uploaded; empty while the folder is not there. @throws on any other failure */
  list(kind: LogKind): LogFile[] {
    try {
      const files: LogFile[] = [];
      for (const entry of Deno.readDirSync(this.#upload[kind])) {
        const file = entry.isFile ? parseLogFile(kind, entry.name) : undefined;
        if (file !== undefined) files.push(file);
      }
      return files;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** An empty file is unreadable: no gzip is. */
  async read(file: LogFile): Promise<FileContent> {
    try {
      const bytes = await Deno.readFile(this.#pathOf(file));
      return bytes.length === 0 ? { kind: "unreadable", reason: "it is empty" } : { kind: "content", bytes };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { kind: "gone" };
      return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** A delivered device file goes (newlogd keeps a copy), an app's moves to `keepSentQueue`. Gone already is fine. @throws the system's error */
  finish(file: LogFile): void {
    try {
      if (file.kind === "device") Deno.removeSync(this.#pathOf(file));
      else this.#move(file, this.keepSentQueue);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound && !this.#exists(this.#pathOf(file)))) throw error;
    }
  }

  /** Moves a file that is given up to `failedUpload`, oldest out first when that is full. @returns how many were evicted. @throws the system's error */
  quarantine(file: LogFile): number {
    Deno.mkdirSync(this.failedUpload, { recursive: true, mode: 0o755 });
    const evicted = this.#evict();
    this.#move(file, this.failedUpload);
    return evicted;
  }

  #evict(): number {
    const present = [...Deno.readDirSync(this.failedUpload)].filter((entry) => entry.isFile).map((entry) =>
      entry.name
    );
    const oldestFirst = present.sort((a, b) => (timestampOf(a) ?? 0) - (timestampOf(b) ?? 0));
    const surplus = oldestFirst.slice(0, Math.max(0, present.length - mostFailedFiles + 1));
    for (const name of surplus) Deno.removeSync(join(this.failedUpload, name));
    return surplus.length;
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
