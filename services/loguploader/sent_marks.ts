/**
 * Names of delivered files that can't be moved away, on disk, so that the next process does not send them again (W14). One
 * JSON object a line; empty or missing on a healthy device.
 */
import { dirname } from "node:path";
import { writeText } from "../agent/mod.ts";
import { replaceFile, sweepTemporaries, syncFolder } from "../pubsub/mod.ts";
import { type LogFile, type LogKind, parseLogFile } from "./file_name.ts";
import type { Fingerprint } from "./folders.ts";

/** A mark for each of 40 000 files with the longest of names, in bytes. */
const largestMarks = 16 * 1024 * 1024;

/** A delivered file that is still in its folder. */
export interface SentMark {
  readonly file: LogFile;
  /** Of the file that was delivered: another one may take its name. */
  readonly fingerprint: Fingerprint;
}

/** The file of marks. */
export class SentMarks {
  /** @param path absolute */
  constructor(readonly path: string) {}

  /**
   * Lines that are no marks are left out: a kill may have torn the last one. What a killed writer left is swept.
   * @throws the system's error, or {Error} for what is no file of ours: a link, a FIFO, one that is far too large; a missing file
   * holds none
   */
  read(): SentMark[] {
    try {
      sweepTemporaries(dirname(this.path));
      const { isFile, size } = Deno.lstatSync(this.path);
      if (!isFile || size > largestMarks) {
        throw new Error(
          `expected a file of at most ${largestMarks} bytes, got ${isFile ? `${size}` : "no file"}`,
        );
      }
      return Deno.readTextFileSync(this.path).split("\n").flatMap((line) => markOf(line) ?? []);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Durable when it returns. @throws the system's error */
  add(mark: SentMark): void {
    using file = Deno.openSync(this.path, { append: true, create: true, mode: 0o600 });
    const isNew = file.statSync().size === 0;
    writeText(file, `\n${lineOf(mark)}\n`);
    file.syncSync();
    if (isNew) syncFolder(dirname(this.path));
  }

  /** Durable when it returns; none at all removes the file. @throws the system's error, or {PubsubError} `io` */
  replace(marks: readonly SentMark[]): void {
    if (marks.length > 0) return replaceFile(this.path, marks.map((mark) => `${lineOf(mark)}\n`).join(""));
    try {
      Deno.removeSync(this.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function lineOf({ file: { kind, name }, fingerprint: { inode, size, modified } }: SentMark): string {
  return JSON.stringify({ kind, name, inode, size, modified });
}

function markOf(line: string): SentMark | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  if (!("kind" in json && "name" in json && "inode" in json && "size" in json && "modified" in json)) {
    return undefined;
  }
  const { kind, name, inode, size, modified } = json;
  if (!isKind(kind) || typeof name !== "string") return undefined;
  if (!(typeof inode === "number" || inode === null)) return undefined;
  if (typeof size !== "number" || typeof modified !== "number") return undefined;
  const file = parseLogFile(kind, name);
  return file === undefined ? undefined : { file, fingerprint: { inode, size, modified } };
}

function isKind(value: unknown): value is LogKind {
  return value === "device" || value === "app";
}
