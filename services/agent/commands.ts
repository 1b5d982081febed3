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

/** Starts commands by name and waits for them. */
export interface Commands {
  run(name: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult>;
}

/** The machine's commands. A missing or forbidden one is a result with code -1, never an exception. */
export const systemCommands: Commands = {
  async run(name, args, signal) {
    try {
      const command = new Deno.Command(name, {
        args: [...args],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        ...(signal === undefined ? {} : { signal }),
      });
      const { code, stdout, stderr } = await command.output();
      const text = new TextDecoder();
      return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
    } catch (error) {
      return { code: -1, stdout: "", stderr: String(error) };
    }
  },
};
