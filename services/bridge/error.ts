/** The one error class of the room. */

/** What went wrong; callers switch on it. */
export type BridgeErrorKind =
  /** A call of the system failed, or libc can't be had. */
  | "system"
  /** The path of a socket does not fit into its address; the topic is not served. */
  | "path-too-long"
  /** Somebody else serves the socket, or something that is no socket stands there. */
  | "in-use";

/** Names the topic or path, what was expected, what arrived and what happens next. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  constructor(readonly kind: BridgeErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
