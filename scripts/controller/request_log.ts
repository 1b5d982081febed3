/** Every request that reached the controller, for tests and for `GET /admin/requests`. @module */

import type { EnvelopeSummary } from "./envelope.ts";
import type { Endpoint } from "./endpoint.ts";

/** One request. Members fill up while it is being answered. */
export interface RequestRecord {
  /** Counts from 1. */
  readonly id: number;
  /** When its headers arrived, milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** As in the request line. */
  readonly path: string;
  readonly endpoint: Endpoint;
  /** The UUID in the path. */
  readonly uuid?: string;
  readonly appUuid?: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** IPv4 in its own form, also on a socket of both families. */
  readonly remoteAddress: string;
  /** Counts TLS connections from 1: equal numbers mean a kept connection. */
  readonly connection: number;
  /** Of the client certificate, SHA-256 of the DER in hexadecimal; absent when none was sent. */
  readonly clientCertHash?: string;
  bodyLength: number;
  /** As received; left out for log files, see `keepBodies`. */
  body?: Uint8Array;
  /** Absent when the body was no envelope or none was expected. */
  envelope?: EnvelopeSummary;
  /** What was in the envelope; left out like `body`. */
  payload?: Uint8Array;
  /** 0 until answered; stays 0 when a fault closed the connection without an answer. */
  status: number;
  /** Length of the body sent. */
  answerLength: number;
  /** Why it was refused. */
  refusal?: string;
  /** A fault had a hand in it. */
  faulty: boolean;
  /** From headers to the end of the answer; 0 until then. */
  durationMs: number;
}

/** How many requests are kept. */
const LIMIT = 20_000;

/** A list that forgets its oldest entries, and can be waited on. */
export class RequestLog {
  readonly #records: RequestRecord[] = [];
  readonly #waiting = new Set<() => void>();

  /** Oldest first. */
  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > LIMIT) this.#records.splice(0, LIMIT / 10);
  }

  /** A record is complete: whoever waits looks again. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Forgets all records. */
  clear(): void {
    this.#records.length = 0;
  }

  /**
   * The first answered record that fits, of those kept or those to come.
   * @throws Error when none has come in time.
   */
  wait(fits: (record: RequestRecord) => boolean, timeoutMs: number): Promise<RequestRecord> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#records.find((record) => record.durationMs > 0 && fits(record));
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        end();
        reject(
          new Error(
            `no request that fits within ${timeoutMs} ms; the controller saw ${this.#records.length} requests`,
          ),
        );
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }
}
