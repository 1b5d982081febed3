/** The forms that look once have no use for the permission to write, so they give it up before they do anything. */

/** True for `--once` and `validate`, however they are spelt on a command line. */
export function writesNothing(args: readonly string[]): boolean {
  return args.some((arg) => /^--?once(=|$)/.test(arg) || arg === "validate");
}

/** For the rest of this process; it can't be taken back. */
export function giveUpWriting(): void {
  Deno.permissions.revokeSync({ name: "write" });
}
