/**
 * Where the screen text goes: standard output, or `-o FILE`, as a rule a FIFO that a `cat` reads for the console
 * (`spec/diag.md §7.1`). It never blocks: what the reader does not take is dropped.
 */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { writeText } from "../../agent/mod.ts";

/** See the head of this file. */
export interface Screen {
  /** Never throws, never waits. */
  write(text: string): void;
  close(): void;
}

/** Standard output, whole; a reader that has gone, as `head` does, ends nothing and changes no exit code. */
export const standardOutput: Screen = {
  write(text) {
    try {
      writeText(Deno.stdout, text);
    } catch {
      // Nobody is left to be told.
    }
  },
  close() {},
};

const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_APPEND | constants.O_CREAT;

/**
 * Opens lazily, as a FIFO can't be opened before its reader is there. Once open it stays so: a FIFO takes text again when a
 * reader comes back, and one without a writer would stop whoever watches its folder (Deno 2.7.14 opens every file of an event
 * to compare it with what is watched, and waits).
 * @param complain told once of each way in which it fails, but not of a missing or slow reader
 */
export function screenFile(path: string, complain: (reason: string) => void): Screen {
  let descriptor: number | undefined;
  const told = new Set<string>();
  const failed = (error: unknown) => {
    const code = codeOf(error);
    if (["EAGAIN", "EPIPE", "ENXIO"].includes(code) || told.has(code)) return;
    told.add(code);
    complain(error instanceof Error ? error.message : String(error));
  };
  return {
    write(text) {
      try {
        const file = descriptor ??= openSync(path, FLAGS, 0o644);
        // Line by line: a pipe takes such a short piece whole or not at all, so that no line is torn.
        for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) writeAll(file, piece);
      } catch (error) {
        failed(error);
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function writeAll(file: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes.subarray(done));
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : String(error);
}
