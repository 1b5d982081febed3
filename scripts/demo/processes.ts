/** Starts the compiled executables with a log file each, and ends them. */
import { join } from "node:path";
import { hostArch } from "../build/arch.ts";
import { executable } from "../build/compile.ts";
import type { Executable } from "../permissions.ts";

/** One running executable. */
export interface Running {
  readonly program: Executable;
  readonly pid: number;
  readonly log: string;
  /** Exit code; 128 + n after signal n. */
  readonly ended: Promise<number>;
  kill(signal: Deno.Signal): void;
}

/** How an executable is started where it is not by itself alone. */
export interface Launch {
  /** Words that stand before it, of a command that becomes it (exec): its process number is the same. */
  readonly before: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where the executables and their logs are. */
export class Processes {
  readonly running: Running[] = [];
  /** The largest proportional set size seen, in MB. */
  readonly memory = new Map<Executable, number>();
  readonly #alive = new Map<number, Executable>();

  constructor(readonly logs: string, private readonly launch: Launch = { before: [], env: {} }) {
    Deno.mkdirSync(logs, { recursive: true });
  }

  logOf(program: Executable): string {
    return join(this.logs, `${program}.log`);
  }

  /** Standard error goes to the log; standard output too, unless `stdout` takes it. */
  start(program: Executable, args: readonly string[]): Running {
    const child = this.#spawn(program, args, "null");
    const copied = copyLive(child.stderr, this.logOf(program));
    this.#alive.set(child.pid, program);
    const started: Running = {
      program,
      pid: child.pid,
      log: this.logOf(program),
      ended: Promise.all([child.status, copied]).then(([status]) => {
        this.#alive.delete(child.pid);
        return status.code;
      }),
      kill(signal) {
        try {
          child.kill(signal);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
      },
    };
    this.running.push(started);
    return started;
  }

  /** Runs one to its end. @returns exit code and standard output */
  async output(program: Executable, args: readonly string[]): Promise<{ code: number; text: string }> {
    const child = this.#spawn(program, args, "piped");
    this.#alive.set(child.pid, program);
    const [status, text] = await Promise.all([
      child.status,
      new Response(child.stdout).text(),
      copyLive(child.stderr, this.logOf(program)),
    ]);
    this.#alive.delete(child.pid);
    return { code: status.code, text };
  }

  #spawn(program: Executable, args: readonly string[], stdout: "null" | "piped"): Deno.ChildProcess {
    const { before, env } = this.launch;
    const [command = "", ...words] = [...before, executable(hostArch, program), ...args];
    return new Deno.Command(command, { args: words, env, stdin: "null", stdout, stderr: "piped" }).spawn();
  }

  /** Looks at the memory of all that run, every 30 ms until the signal aborts. */
  async watchMemory(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const [pid, program] of this.#alive) {
        const megabytes = memoryOf(pid) ?? 0;
        this.memory.set(program, Math.max(megabytes, this.memory.get(program) ?? 0));
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** SIGTERM to all. @returns what did not end with 0 within 3 s, in words */
  async stopAll(): Promise<string[]> {
    const bad: string[] = [];
    await Promise.all(this.running.map(async (one) => {
      one.kill("SIGTERM");
      const timer = new AbortController();
      const late = new Promise<number>((resolve) => {
        const id = setTimeout(() => resolve(-1), 3_000);
        timer.signal.addEventListener("abort", () => clearTimeout(id));
      });
      const code = await Promise.race([one.ended, late]);
      timer.abort();
      if (code === -1) one.kill("SIGKILL");
      if (code !== 0) {
        bad.push(code === -1 ? `${one.program} did not end within 3 s` : `${one.program} ended with ${code}`);
      }
      await one.ended;
    }));
    return bad;
  }
}

/** Chunk by chunk: `pipeTo` would keep the bytes back until the child ends. */
async function copyLive(stream: ReadableStream<Uint8Array>, path: string): Promise<void> {
  using log = Deno.openSync(path, { append: true, create: true });
  for await (const chunk of stream) log.writeSync(chunk);
}

/** Proportional set size of a process in MB; `undefined` once it has ended. */
function memoryOf(pid: number): number | undefined {
  try {
    const found = /^Pss:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`));
    return found === null ? undefined : Number(found[1]) / 1024;
  } catch {
    return undefined;
  }
}
