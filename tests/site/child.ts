/** A script or a program in a process of its own: lines in, lines out. It is gone at the end of its block. */
import { patience } from "./until.ts";

const checkout = new URL("../../", import.meta.url).pathname;
const PATIENCE_MS = 60_000 * patience;
const END_MS = 3_000;

/** A running child. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** What it said so far, line by line. */
  readonly lines: readonly string[];
  /** Called with each new line. */
  onLine: (line: string) => void;
  /** Writes a line to its standard input. */
  tell(line: string): Promise<void>;
  /** Resolves when a line number `index` is there. @throws {Error} when it ends before, or after 60 s */
  lineAt(index: number): Promise<string>;
  /** The next line that this call has not given yet; as `lineAt`. */
  line(): Promise<string>;
  signal(signal: Deno.Signal): void;
  /** Resolves when it is gone and all its lines are read. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, after 3 s SIGKILL; waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a TypeScript file, named from the top of the checkout. */
export function startScript(path: string, ...args: readonly string[]): Child {
  const options = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", `${checkout}${path}`];
  return startChild(Deno.execPath(), [...options, ...args]);
}

/** Starts a program at the top of the checkout; what it says on standard error is shown unless `quiet`. */
export function startChild(program: string, args: readonly string[], quiet = false): Child {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd: checkout,
    stdin: "piped",
    stdout: "piped",
    stderr: quiet ? "null" : "inherit",
  });
  const process = command.spawn();
  const writer = process.stdin.getWriter();
  const encoder = new TextEncoder();
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  let taken = 0;
  let gone = false;
  const wake = () => {
    for (const next of waiting.splice(0)) next();
  };

  async function read(): Promise<void> {
    let text = "";
    for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split("\n");
      text = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        child.onLine(line);
      }
      wake();
    }
  }

  async function end(): Promise<Deno.CommandStatus> {
    await read();
    const status = await process.status;
    gone = true;
    await writer.abort().catch(() => {});
    wake();
    return status;
  }

  const child: Child = {
    pid: process.pid,
    lines,
    onLine: () => {},
    tell: (line) => writer.write(encoder.encode(`${line}\n`)),
    async lineAt(index) {
      const timer = setTimeout(() => child.signal("SIGKILL"), PATIENCE_MS);
      try {
        for (;;) {
          const line = lines[index];
          if (line !== undefined) return line;
          if (gone) {
            const last = lines.slice(-5).join(" | ");
            throw new Error(`${program} ${args.at(-1)} ended after ${lines.length} lines, the last: ${last}`);
          }
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
      } finally {
        clearTimeout(timer);
      }
    },
    line: () => child.lineAt(taken++),
    signal(signal) {
      if (!gone) process.kill(signal);
    },
    get ended() {
      return ending;
    },
    async kill() {
      child.signal("SIGKILL");
      await ending;
    },
    async stop() {
      child.signal("SIGTERM");
      const timer = setTimeout(() => child.signal("SIGKILL"), END_MS);
      await ending;
      clearTimeout(timer);
    },
    [Symbol.asyncDispose]: () => child.stop(),
  };
  const ending = end();
  return child;
}
