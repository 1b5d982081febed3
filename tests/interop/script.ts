/** A Python script of this folder at work: its lines as they come, and its end. */
import { until } from "../site/until.ts";

/** `await using script = new Script("foreign_socket.py", path)` */
export class Script implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  constructor(name: string, ...args: string[]) {
    this.#child = new Deno.Command("python3", {
      args: [new URL(name, import.meta.url).pathname, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Waits for a line. */
  async says(line: string, timeoutMs = 20_000): Promise<void> {
    await until(`"${line}"`, () => this.lines.includes(line), timeoutMs, () => this.lines.join("\n"));
  }

  /** Waits for its own end. @returns its lines */
  async finished(): Promise<readonly string[]> {
    await this.#child.status;
    await this.#reading;
    return this.lines;
  }

  /** Ends its input, which ends it. */
  async finish(): Promise<void> {
    await this.#child.stdin.close();
    await this.finished();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    await this.finished();
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
    }
  }
}
