/** Small files that must outlive a power cut right after they were written. */
import { writeText } from "./print_text.ts";

/**
 * Replaces a file's content, or appends to it, and waits until the disk has it: a watchdog may cut the power soon.
 * @throws the system's error
 */
export function writeDurably(path: string, text: string, append = false): void {
  using file = Deno.openSync(path, { write: true, create: true, append, truncate: !append, mode: 0o644 });
  writeText(file, text);
  file.syncSync();
}

/** See {@linkcode appendBounded}. */
export interface Bound {
  /** The file is not made larger than this. */
  readonly mostBytes: number;
  /** What goes where the limit is reached: the new text, or the older half of the file. */
  readonly drop: "new" | "old";
}

/**
 * Appends to a file that may not grow for ever: a program that fails again and again must not fill the disk.
 * @returns false if the text was dropped
 * @throws the system's error
 */
export function appendBounded(path: string, text: string, { mostBytes, drop }: Bound): boolean {
  const there = readOrEmpty(path);
  if (new TextEncoder().encode(there + text).length <= mostBytes) {
    writeDurably(path, text, true);
    return true;
  }
  if (drop === "new") return false;
  const half = there.slice(Math.ceil(there.length / 2));
  writeDurably(path, half.slice(half.indexOf("\n") + 1) + text);
  return true;
}

/** The text of a file; `""` where it can't be read. */
export function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
