/**
 * The output of `strace -f -y -xx -ttt -o FILE`, call by call. Pure. With `-xx` every string and path is written as `\x..`, so
 * that nothing in it can be taken for syntax.
 */

/** One system call that has returned. */
export interface Call {
  readonly thread: number;
  /** When it was entered, milliseconds since 1970. */
  readonly time: number;
  readonly name: string;
  /** As strace wrote them. */
  readonly args: string;
  /** Negative after an error. */
  readonly result: number;
}

/** What `-s` must be, so that strace never cuts the data of a write. */
export const STRING_LIMIT = 64 * 1024 * 1024;

const UNFINISHED = "<unfinished ...>";

/** Each call in the order of its return. @throws {Error} that shows a line which is none of strace's */
export function* callsOf(lines: Iterable<string>): Generator<Call> {
  const begun = new Map<string, { readonly time: number; readonly text: string }>();
  for (const line of lines) {
    const found = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line);
    if (found === null) throw new Error(`no line of strace: ${line.slice(0, 200)}`);
    const [, thread = "", seconds = "", text = ""] = found;
    const time = Number(seconds) * 1000;
    // Signals and ends of threads.
    if (text.startsWith("---") || text.startsWith("+++")) continue;
    if (text.endsWith(UNFINISHED)) {
      begun.set(thread, { time, text: text.slice(0, -UNFINISHED.length) });
      continue;
    }
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
    const start = begun.get(thread);
    begun.delete(thread);
    if (rest === undefined) yield callOf(thread, time, text);
    else if (start !== undefined) yield callOf(thread, start.time, start.text + rest);
  }
}

function callOf(thread: string, time: number, text: string): Call {
  const found = /^(\w+)\((.*)\) += (-?\d+|\?)/.exec(text);
  if (found === null) throw new Error(`no system call: ${text.slice(0, 200)}`);
  const [, name = "", args = "", result = ""] = found;
  return { thread: Number(thread), time, name, args, result: result === "?" ? -1 : Number(result) };
}

/** The quoted strings among the arguments, as hexadecimal digits. @throws {Error} where strace has cut one */
export function stringsOf({ args, name }: Call): string[] {
  if (args.includes('"...')) throw new Error(`${name}: strace has cut a string; -s must be larger`);
  return Array.from(args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g), ([, text = ""]) => text.replaceAll("\\x", ""));
}

/** The descriptor that comes first among the arguments, and its path. */
export function descriptorOf({ args }: Call): { readonly number: number; readonly path: string } | undefined {
  const found = /^(\d+)<((?:\\x[0-9a-f]{2})*)>/.exec(args);
  if (found === null) return undefined;
  const [, number = "", path = ""] = found;
  return { number: Number(number), path: textOf(path.replaceAll("\\x", "")).replace(/ \(deleted\)$/, "") };
}

/** Hexadecimal digits as UTF-8. */
export function textOf(digits: string): string {
  return new TextDecoder().decode(Uint8Array.fromHex(digits));
}
