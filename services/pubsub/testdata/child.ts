/** A script of this folder, run by Deno in a process of its own and read line by line. */
import { assert } from "@std/assert";

/** A running child; it is killed at the end of its block. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line, or the next that fits; fails after 20 s and when the child has ended. */
  line(fits?: (line: string) => boolean): Promise<string>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts `testdata/<script>`. */
export function childOf(script: string, ...args: string[]): Child {
  const path = new URL(script, import.meta.url).pathname;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--config", config, "--allow-all", path, ...args],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let ended = false;

  async function next(): Promise<string> {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      assert(!done, `${script} ended before it said what was expected; the rest is ${JSON.stringify(text)}`);
      text += value;
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return line;
  }

  async function kill(): Promise<void> {
    if (ended) return;
    ended = true;
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
  }

  return {
    pid: child.pid,
    kill,
    async line(fits = () => true) {
      const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
      try {
        for (;;) {
          const line = await next();
          if (fits(line)) return line;
        }
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: kill,
  };
}
