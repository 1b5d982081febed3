/** The one error class of the room. */

/** What went wrong; callers switch on it. */
export type AgentErrorKind =
  /** The command line; ends the program with code 2. */
  | "usage"
  /** The pid file names a living process. */
  | "already-running"
  /** A file that must be there is not. */
  | "missing-file"
  /** A file is there, but its content is not what it must be. */
  | "bad-file"
  /** A system call failed. */
  | "io"
  /** The program can't go on; for the programs' own use. */
  | "fatal";

/** Names the thing, what was expected, what arrived and what happens next. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  constructor(readonly kind: AgentErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The text of anything that was thrown: messages along the chain of causes, without stacks. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.name === "Error" || error.name.endsWith("Error") && "kind" in error
    ? error.message
    : `${error.name}: ${error.message}`;
  if (error.cause === undefined) return own;
  const cause = errorText(error.cause);
  return own.includes(cause) ? own : `${own}: ${cause}`;
}
