/** A FIFO that nobody writes to: whoever opens it to read stands still. Here only for five seconds, so that a test can fail. */

/** A FIFO is there until the end of its block. */
export interface Fifo extends AsyncDisposable {
  /** Fails if somebody opened it and stood still. */
  readonly assertUnread: () => void;
}

/** Makes it. */
export async function makeFifo(path: string): Promise<Fifo> {
  const script = 'mkfifo "$1"; echo made; sleep 5; echo late > "$1"';
  const begin = performance.now();
  const shell = new Deno.Command("sh", { args: ["-c", script, "sh", path], stdout: "piped" }).spawn();
  const reader = shell.stdout.getReader();
  await reader.read();
  return {
    assertUnread() {
      const took = performance.now() - begin;
      if (took > 4500) throw new Error(`${path} was opened: ${Math.round(took)} ms`);
    },
    async [Symbol.asyncDispose]() {
      shell.kill("SIGKILL");
      await shell.status;
      await reader.cancel();
      Deno.removeSync(path);
    },
  };
}
