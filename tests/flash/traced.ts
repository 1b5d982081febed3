/** A program under strace from its first instruction, so that every write of it is seen whole. */
import { type FileWrite, fileWritesOf, tracedCalls } from "./file_writes.ts";
import { callsOf, STRING_LIMIT } from "./trace_line.ts";

/** A running program. */
export interface Traced {
  readonly program: string;
  /** What strace writes; whole when `ended` has resolved. */
  readonly trace: string;
  /** Exit code of the program. */
  readonly ended: Promise<number>;
  kill(signal: Deno.Signal): void;
}

let started = 0;

/**
 * Starts a command. Its standard error goes to `<folder>/<program>.log`, the trace beside it.
 * @param program its name in all that is told of it
 * @throws {Error} that says how to get strace
 */
export function startTraced(program: string, command: readonly string[], folder: string): Traced {
  const trace = `${folder}/${program}.${++started}.trace`;
  const options = ["-D", "-f", "-y", "-xx", "-ttt", "-s", String(STRING_LIMIT), "--seccomp-bpf", "-o", trace];
  const child = spawn([...options, "-e", `trace=${tracedCalls.join(",")}`, ...command]);
  const copied = copyLive(child.stderr, `${folder}/${program}.log`);
  return {
    program,
    trace,
    // The error stream ends when strace, which shares it, has ended too.
    ended: Promise.all([child.status, copied]).then(([{ code }]) => code),
    kill(signal) {
      try {
        // With -D the child is the program, and strace its descendant.
        child.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    },
  };
}

/**
 * What programs that have ended did to files, oldest first.
 * @param known the content of a file before the first one started, as hexadecimal digits; undefined if there was none
 */
export function writesOf(
  ended: readonly Traced[],
  known: (path: string) => string | undefined,
): readonly FileWrite[] {
  const calls = ended.flatMap(({ program, trace }) => {
    const lines = Deno.readTextFileSync(trace).split("\n").slice(0, -1);
    return Array.from(callsOf(lines), (call) => ({ ...call, program }));
  });
  return fileWritesOf(calls.sort((a, b) => a.time - b.time), known);
}

function spawn(args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command("strace", { args: [...args], stdin: "null", stdout: "null", stderr: "piped" })
      .spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error("strace is not here; type:\n  apt-get install -y strace", { cause });
  }
}

async function copyLive(stream: ReadableStream<Uint8Array>, path: string): Promise<void> {
  using log = Deno.openSync(path, { append: true, create: true });
  for await (const chunk of stream) log.writeSync(chunk);
}
