/** A log file as devices upload it, read and checked (`spec/loguploader.md §2, 10`). @module */

import { readGzipContent, readGzipHeader } from "./gzip_member.ts";
import { type LogEntry, parseLogEntry } from "./log_entry.ts";

/** Adam's line limit: a longer line silently ends the file there. */
const MAX_LINE = 65_536;

/** One uploaded file. */
export interface LogFile {
  /** Of a device file: what its Comment says. Members are absent where the file has none. */
  readonly devID?: string;
  readonly image?: string;
  readonly eveVersion?: string;
  /** Of an app file: the name in its header. */
  readonly appName?: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly entries: readonly LogEntry[];
}

/** Whose file it is. */
export type LogFileKind = "device" | "app";

/**
 * @param strict damaged data and lines above 64 KiB are errors; otherwise they end the file early, as with Adam
 * @throws Error that says what is wrong with the file
 */
export async function readLogFile(bytes: Uint8Array, kind: LogFileKind, strict: boolean): Promise<LogFile> {
  const { mtime, name, comment } = readGzipHeader(bytes);
  const origin = kind === "device"
    ? parseComment(comment ?? "")
    : name === undefined
    ? {}
    : { appName: name };
  return { ...origin, mtime, entries: parseLines(await content(bytes, strict), strict) };
}

async function content(bytes: Uint8Array, strict: boolean): Promise<string> {
  try {
    return new TextDecoder().decode(await readGzipContent(bytes));
  } catch (error) {
    if (strict) throw error;
    return "";
  }
}

function parseLines(text: string, strict: boolean): LogEntry[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const tooLong = lines.findIndex((line) => line.length > MAX_LINE);
  if (tooLong >= 0 && strict) throw new Error(`line ${tooLong + 1} is longer than ${MAX_LINE} bytes`);
  return lines.slice(0, tooLong < 0 ? lines.length : tooLong).map((line, index) => {
    try {
      return parseLogEntry(line);
    } catch (error) {
      throw new Error(
        `line ${index + 1} is no LogEntry: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
}

function parseComment(comment: string): Pick<LogFile, "devID" | "image" | "eveVersion"> {
  const value: unknown = JSON.parse(comment);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("the gzip Comment is no JSON object");
  }
  const { devID, image, eveVersion }: { devID?: unknown; image?: unknown; eveVersion?: unknown } = value;
  return {
    ...(typeof devID === "string" ? { devID } : {}),
    ...(typeof image === "string" ? { image } : {}),
    ...(typeof eveVersion === "string" ? { eveVersion } : {}),
  };
}
