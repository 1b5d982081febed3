/** From system calls to what they did to files: which were written, with how many bytes, and whether anything changed. Pure. */
import { type Call, descriptorOf, stringsOf, textOf } from "./trace_line.ts";

/** A system call of one of the programs that are followed. */
export interface ProgramCall extends Call {
  readonly program: string;
}

/** One thing that was done to a file. */
export interface FileWrite {
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly path: string;
  /**
   * `written`: its content was replaced by a rename or written in place; `touched`: its times were set; `made`: an empty file
   * or a folder; `said`: lines to standard error, whose path is `""`.
   */
  readonly kind: "written" | "touched" | "removed" | "made" | "said";
  /** Given to write calls for it. */
  readonly bytes: number;
  /** `written` only: it holds what it held before. */
  readonly equal: boolean;
}

/** A file from the call that opened it for writing to the next thing that happens to it. */
interface Session {
  readonly program: string;
  readonly time: number;
  readonly before: string | undefined;
  bytes: number;
  cut: boolean;
}

/** The calls that change files; `?` where a processor may not have one. */
export const tracedCalls = [
  ...["openat", "write", "pwrite64", "writev", "ftruncate", "utimensat", "unlinkat", "mkdirat", "renameat2"],
  ...["copy_file_range", "sendfile", "fallocate", "linkat", "symlinkat"],
  ...[
    "?open",
    "?creat",
    "?rename",
    "?renameat",
    "?unlink",
    "?mkdir",
    "?rmdir",
    "?link",
    "?symlink",
    "?truncate",
  ],
] as const;

const STANDARD_ERROR = 2;

/**
 * Follows programs from their start: contents are known from what they wrote, and from `known` for what stood there before.
 * @param calls of all programs, oldest first
 * @param known the content of a file before the first call, as hexadecimal digits; undefined if there was none
 * @returns all that was done, oldest first
 * @throws {Error} for a call whose effect is not modelled
 */
export function fileWritesOf(
  calls: Iterable<ProgramCall>,
  known: (path: string) => string | undefined,
): readonly FileWrite[] {
  const followed = new Followed(known);
  for (const call of calls) {
    if (call.result >= 0) followed.take(call);
  }
  return followed.end();
}

class Followed {
  /** Hexadecimal digits by path; undefined for a file that is gone. */
  readonly #contents = new Map<string, string | undefined>();
  readonly #open = new Map<string, Session>();
  readonly #done: FileWrite[] = [];

  constructor(private readonly known: (path: string) => string | undefined) {}

  end(): readonly FileWrite[] {
    for (const path of [...this.#open.keys()]) this.#end(path);
    return this.#done.sort((a, b) => a.time - b.time);
  }

  take(call: ProgramCall): void {
    switch (call.name) {
      case "openat":
        return this.#opened(call);
      case "write":
      case "writev":
        return this.#wrote(call);
      case "pwrite64":
        return this.#wroteAt(call);
      case "ftruncate":
        return this.#truncated(call);
      case "rename":
      case "renameat":
      case "renameat2":
        return this.#renamed(call);
      case "unlink":
      case "unlinkat":
      case "rmdir":
        return this.#removed(call);
      case "utimensat":
        return this.#touched(call);
      case "mkdir":
      case "mkdirat":
        return this.#note(call, firstPath(call), "made");
      default:
        if (!isFile(descriptorOf(call)?.path ?? "/")) return;
        throw new Error(`${call.name} is not followed here: ${call.args.slice(0, 200)}`);
    }
  }

  #opened(call: ProgramCall): void {
    if (!/O_WRONLY|O_RDWR/.test(call.args)) return;
    const path = firstPath(call);
    this.#end(path);
    this.#session(call, path);
    if (/O_TRUNC/.test(call.args) || this.#contentOf(path) === undefined) this.#contents.set(path, "");
  }

  #wrote(call: ProgramCall): void {
    const to = descriptorOf(call);
    if (to?.number === STANDARD_ERROR) {
      const { program, time, result } = call;
      this.#done.push({ program, time, path: "", kind: "said", bytes: result, equal: false });
    } else if (to !== undefined && isFile(to.path)) {
      this.#session(call, to.path).bytes += call.result;
      this.#contents.set(to.path, (this.#contentOf(to.path) ?? "") + dataOf(call));
    }
  }

  #wroteAt(call: ProgramCall): void {
    const to = descriptorOf(call);
    if (to === undefined || !isFile(to.path)) return;
    this.#session(call, to.path).bytes += call.result;
    const [at, data] = [2 * lastNumber(call), dataOf(call)];
    const content = (this.#contentOf(to.path) ?? "").padEnd(at, "0");
    this.#contents.set(to.path, content.slice(0, at) + data + content.slice(at + data.length));
  }

  #truncated(call: ProgramCall): void {
    const file = descriptorOf(call);
    if (file === undefined) return;
    const length = 2 * lastNumber(call);
    const content = this.#contentOf(file.path) ?? "";
    this.#session(call, file.path).cut ||= content.length > length;
    this.#contents.set(file.path, content.slice(0, length));
  }

  #renamed(call: ProgramCall): void {
    const [from = "", to = ""] = stringsOf(call).map(textOf);
    this.#end(to);
    const bytes = this.#open.get(from)?.bytes ?? 0;
    const [content, before] = [this.#contentOf(from), this.#contentOf(to)];
    this.#open.delete(from);
    this.#contents.set(from, undefined);
    this.#contents.set(to, content);
    const { program, time } = call;
    this.#done.push({ program, time, path: to, kind: "written", bytes, equal: content === before });
  }

  #removed(call: ProgramCall): void {
    const path = firstPath(call);
    this.#end(path);
    this.#contents.set(path, undefined);
    this.#note(call, path, "removed");
  }

  #touched(call: ProgramCall): void {
    const path = stringsOf(call).map(textOf)[0] ?? descriptorOf(call)?.path ?? "";
    const session = this.#open.get(path);
    // The times of a file that is being made are part of making it.
    if (session !== undefined && session.before === undefined && session.bytes > 0) return;
    this.#end(path);
    this.#note(call, path, "touched");
  }

  #session({ program, time }: ProgramCall, path: string): Session {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    const session: Session = { program, time, before: this.#contentOf(path), bytes: 0, cut: false };
    this.#open.set(path, session);
    return session;
  }

  /** What was written in place counts when the next thing happens to the file, or at the end. */
  #end(path: string): void {
    const session = this.#open.get(path);
    this.#open.delete(path);
    if (session === undefined) return;
    const { program, time, bytes, before, cut } = session;
    const now = this.#contentOf(path);
    if (bytes === 0 && !cut && now === before) return;
    const kind = before === undefined && bytes === 0 ? "made" : "written";
    this.#done.push({ program, time, path, kind, bytes, equal: now === before });
  }

  #note({ program, time }: ProgramCall, path: string, kind: FileWrite["kind"]): void {
    this.#done.push({ program, time, path, kind, bytes: 0, equal: false });
  }

  #contentOf(path: string): string | undefined {
    return this.#contents.has(path) ? this.#contents.get(path) : this.known(path);
  }
}

function firstPath(call: Call): string {
  return textOf(stringsOf(call)[0] ?? "");
}

/** What the file took of the data, as hexadecimal digits. */
function dataOf(call: Call): string {
  return stringsOf(call).join("").slice(0, 2 * call.result);
}

function lastNumber({ args }: Call): number {
  return Number(/, (\d+)$/.exec(args)?.[1]);
}

/** Not a pipe, a socket or a device. */
function isFile(path: string): boolean {
  return path.startsWith("/") && !path.startsWith("/dev/") && !path.startsWith("/proc/");
}
