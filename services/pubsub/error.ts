/** The one error class of the bus. */

/** What went wrong on the bus; callers switch on it. */
export type PubsubErrorKind =
  /** The topic itself can't stand on the bus: no plain words, or persistent with an empty agent. */
  | "bad-topic"
  /** The key can't be a file name (`/`, too long, contains `.json`). */
  | "bad-key"
  /** The value can't be written as JSON of its topic (a number that is none, a malformed UUID). */
  | "bad-value"
  /** A Go subscriber could never receive the value (`spec/pubsub.md §3.3`). */
  | "too-large"
  /** `unpublish` of a key that is not there. */
  | "unknown-key"
  /** Another process publishes the topic. */
  | "owned"
  /** A file of the topic is torn, empty, foreign or not of this topic. */
  | "bad-file"
  /** A system call failed. */
  | "io"
  /** A handler of the subscriber threw. */
  | "handler"
  /** A handler of the subscriber held the event loop for long (`spec/pubsub.md §8`, Timing). */
  | "slow-handler";

/** Names the topic or file, what was expected, what arrived and what happens next. */
export class PubsubError extends Error {
  /** Tells it from other errors. */
  override readonly name = "PubsubError";
  /** See `kind`. */
  constructor(readonly kind: PubsubErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
