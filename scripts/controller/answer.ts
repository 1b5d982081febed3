/** What a handler answers, before it is put into an envelope and onto the wire. @module */

/** A decided answer. */
export interface Answer {
  readonly status: number;
  /** Goes into a signed envelope. */
  readonly payload?: Uint8Array;
  /** Plain text of a refusal. */
  readonly text?: string;
}

/** A request that the controller refuses: becomes the status with the message as plain text. */
export class Refusal extends Error {
  override name = "Refusal";

  /** @param status 4xx or 5xx */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Runs a decoder; what it throws becomes a refusal with that status. */
export function refuseUnless<T>(status: number, what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(status, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
