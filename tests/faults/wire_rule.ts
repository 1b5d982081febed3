/** What the fault proxy does to the bytes of a connection. Plain data, and the pure part that decides. */

/** At which byte, and what happens there. */
export interface ByteRule {
  /** Whose bytes are counted, and stopped: those of the request, or those of the answer. */
  readonly of: "device" | "controller";
  /**
   * `connection`: counted from the first byte, the TLS handshake included. `application`: from the first byte of a TLS
   * record with application data, its header included. TLS 1.3 hides parts of its handshake in such records; there the
   * rule is right only on a connection whose handshake is over.
   */
  readonly phase: "connection" | "application";
  /** So many bytes pass. The rule strikes when one more arrives. */
  readonly byte: number;
  readonly then: Stroke;
}

/**
 * `reset`: RST to both ends. `end`: FIN, as if the sender had closed. `hang`: nothing passes any more, in either
 * direction, and nothing is closed. A rate: the rest passes so slowly.
 */
export type Stroke = "reset" | "end" | "hang" | { readonly bytesPerSecond: number };

/** `refuse`: nobody listens. */
export type WireRule = ByteRule | "refuse";

const HEADER = 5;
const APPLICATION_DATA = 23;

/** Follows the TLS records of one direction: where is the first byte of application data? */
export class RecordReader {
  readonly #header: number[] = [];
  /** Bytes of the current record still to come. */
  #left = 0;

  /** Index of the first byte of the first record of application data that begins in this chunk; -1 if none does. */
  read(chunk: Uint8Array): number {
    let found = -1;
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        continue;
      }
      if (this.#header.length === 0 && chunk[at] === APPLICATION_DATA && found < 0) found = at;
      this.#header.push(chunk[at] ?? 0);
      at++;
      if (this.#header.length < HEADER) continue;
      this.#left = (this.#header[3] ?? 0) * 256 + (this.#header[4] ?? 0);
      this.#header.length = 0;
    }
    return found;
  }
}

/** Counts the bytes of one direction from the moment a rule is laid on it. */
export class ByteCount {
  readonly #rule: ByteRule;
  #counting: boolean;
  #passed = 0;

  constructor(rule: ByteRule) {
    this.#rule = rule;
    this.#counting = rule.phase === "connection";
  }

  /**
   * How many bytes of the chunk may pass; all of them while the rule does not strike.
   * @param applicationAt see {@linkcode RecordReader.read}
   */
  strikesAt(chunk: Uint8Array, applicationAt: number): number | undefined {
    const from = this.#counting ? 0 : applicationAt;
    if (from < 0) return undefined;
    this.#counting = true;
    const left = this.#rule.byte - this.#passed;
    if (from + left < chunk.length) return from + left;
    this.#passed += chunk.length - from;
    return undefined;
  }
}
