/** Reads one entry of a topic and says plainly what is wrong with it; never trusts a file (`spec/pubsub.md §4, §7`). */
import type { Codec } from "./topic.ts";

/** Larger files are refused unread. */
export const MAX_FILE = 16 * 1024 * 1024;

/** Tells two contents of one name apart without reading them. */
export interface Stamp {
  readonly inode: number;
  /** Milliseconds since 1970, as the file system has it. */
  readonly mtime: number;
  readonly size: number;
  readonly regular: boolean;
}

/** The clock of file systems steps by up to 10 ms: within twice that, two changes may bear the same time. */
const CLOCK_STEP_MS = 20;

/**
 * A stamp so fresh that a later content may have the same: of the same size, at the same time, in an inode that is used again
 * (ext4 gives the third file of a name the inode of the first). Pure.
 * @param now when the content was read, in milliseconds since 1970
 */
export function isAmbiguous(stamp: Stamp, now: number): boolean {
  return Math.abs(now - stamp.mtime) < CLOCK_STEP_MS;
}

/** What a file gave. */
export type EntryRead<T> =
  | { readonly state: "absent" }
  | { readonly state: "good"; readonly stamp: Stamp; readonly text: string; readonly value: T }
  | {
    readonly state: "bad";
    readonly stamp: Stamp;
    readonly reason: string;
    /** The system could not read it now (no descriptors, no permission): its content may be good. */
    readonly unread: boolean;
  };

/** The stamp of a path, undefined if nothing is there. A link is not followed. @throws what the system call throws otherwise */
export function stampOf(path: string): Stamp | undefined {
  try {
    const info = Deno.lstatSync(path);
    return {
      inode: info.ino ?? 0,
      mtime: info.mtime?.getTime() ?? 0,
      size: info.size,
      regular: info.isFile,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/** Whether nothing says that the content changed. */
export function sameStamp(a: Stamp | undefined, b: Stamp | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.inode === b.inode && a.mtime === b.mtime &&
    a.size === b.size && a.regular === b.regular);
}

/**
 * Reads and decodes an entry.
 * @param stamp taken before the content, so that a later change shows; the path is looked at if it isn't given
 * @throws what the system throws when the path can't even be looked at
 */
export function readEntry<T>(path: string, codec: Codec<T>, stamp = stampOf(path)): EntryRead<T> {
  if (stamp === undefined) return { state: "absent" };
  const bad = (reason: string, unread = false) => ({ state: "bad", stamp, reason, unread }) as const;
  if (!stamp.regular) return bad("expected a regular file");
  if (stamp.size > MAX_FILE) return bad(`expected at most ${MAX_FILE} bytes, it has ${stamp.size}`);
  let text;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? { state: "absent" } : bad(textOf(error), true);
  }
  if (text.length === 0) return bad("expected a JSON object, the file is empty");
  if (!/^\s*\{/.test(text)) return bad("expected a JSON object");
  try {
    return { state: "good", stamp, text, value: codec.decode(text) };
  } catch (error) {
    return bad(textOf(error));
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The restart counter in a text; `otherwise` for what is not a decimal number (`spec/pubsub.md §2.2`). Pure. */
export function parseCounter(text: string, otherwise: number): number {
  return /^\d{1,15}\s*$/.test(text) ? Number.parseInt(text, 10) : otherwise;
}
