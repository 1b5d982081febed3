/** A script or an executable of a bench in a process of its own, read and written line by line. */

/** Ends with its block. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line of its standard output. @throws {Error} when it has ended, or after 60 s */
  line(): Promise<string>;
  /** Writes a line to its standard input. */
  tell(line: string): Promise<void>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** SIGTERM, after 3 s SIGKILL; resolves when it is gone. */
  stop(): Promise<void>;
}

const checkout = new URL("../../", import.meta.url).pathname;
const PATIENCE_MS = 60_000;

/** Starts a TypeScript file, named from the top of the checkout. */
export function startScript(path: string, ...args: string[]): Child {
  const options = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", `${checkout}${path}`];
  return start(Deno.execPath(), [...options, ...args]);
}

/** Starts a program; what it says on standard error is shown unless `quiet`. */
export function start(program: string, args: readonly string[], quiet = false): Child {
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: checkout,
    stdin: "piped",
    stdout: "piped",
    stderr: quiet ? "null" : "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = child.stdin.getWriter();
  const encoder = new TextEncoder();
  const name = `${program} ${args.at(-1) ?? ""}`;
  let text = "";
  let gone = false;
  const ended = child.status.then(({ code }) => {
    gone = true;
    return code;
  });
  const kill = (signal: Deno.Signal) => {
    if (!gone) child.kill(signal);
  };

  async function stop(): Promise<void> {
    kill("SIGTERM");
    const timer = setTimeout(() => kill("SIGKILL"), 3_000);
    await ended;
    clearTimeout(timer);
    await reader.cancel();
    await writer.abort().catch(() => {});
  }

  return {
    pid: child.pid,
    ended,
    stop,
    async line() {
      const timer = setTimeout(() => kill("SIGKILL"), PATIENCE_MS);
      try {
        while (!text.includes("\n")) {
          const { done, value } = await reader.read();
          if (done) throw new Error(`${name} ended, or said nothing for 60 s; its last words: ${text}`);
          text += value;
        }
      } finally {
        clearTimeout(timer);
      }
      const end = text.indexOf("\n");
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      return line;
    },
    tell: (line) => writer.write(encoder.encode(`${line}\n`)),
    [Symbol.asyncDispose]: stop,
  };
}
