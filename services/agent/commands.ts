/**
 * Other programs that a program may start (decisions.md 2; the names allowed stand in
 * `scripts/permissions.ts`).
 */

/** What a command left behind. `code` is -1 when it could not be started. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts commands by name and waits for them. A signal that aborts ends one by SIGTERM, and by SIGKILL if that is not heard. */
export interface Commands {
  run(name: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult>;
}

/** Milliseconds between the two. Debian's `dhcpcd -U` with privilege separation waits for ever with SIGTERM blocked. */
const killAfterMs = 500;

/** The machine's commands. A missing or forbidden one is a result with code -1, never an exception. */
export const systemCommands: Commands = {
  async run(name, args, signal) {
    let timer: number | undefined;
    let child: Deno.ChildProcess | undefined;
    const kill = () => {
      timer = setTimeout(() => child?.kill("SIGKILL"), killAfterMs);
    };
    try {
      child = new Deno.Command(name, {
        args: [...args],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        ...(signal === undefined ? {} : { signal }),
      }).spawn();
      if (signal?.aborted) kill();
      signal?.addEventListener("abort", kill, { once: true });
      const { code, stdout, stderr } = await child.output();
      const text = new TextDecoder();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    } catch (error) {
      return { code: -1, stdout: "", stderr: String(error) };
    } finally {
      signal?.removeEventListener("abort", kill);
      clearTimeout(timer);
    }
  },
};
