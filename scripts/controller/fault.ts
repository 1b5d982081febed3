/** What can go wrong on purpose with one answer (`spec/device-api.md §14`). Plain data, so that it can come as JSON too. @module */

/** What is wrong with the envelope of an answer. `hash-16` is right, but in the short form. */
export const ENVELOPE_FAULTS = [
  "wrong-signature",
  "short-signature",
  "no-signature",
  "flipped-payload",
  "unknown-hash",
  "no-hash",
  "hash-16",
  "hash-20",
  "algo-0",
] as const;
/** See {@linkcode ENVELOPE_FAULTS}. */
export type EnvelopeFault = typeof ENVELOPE_FAULTS[number];

/** How the list of `certs` differs. `in-order`, `reversed` and `trailing-newline` are right, but not what Adam sends. */
export const CERT_LIST_FAULTS = [
  "in-order",
  "reversed",
  "trailing-newline",
  "two-signing",
  "no-signing",
  "no-ecdh",
  "no-intermediate",
  "unknown-type",
  "empty",
] as const;
/** See {@linkcode CERT_LIST_FAULTS}. */
export type CertListFault = typeof CERT_LIST_FAULTS[number];

/** When a connection is closed without an answer: headers seen; body read; request handled and stored. */
export const CLOSE_POINTS = ["unread", "unhandled", "unanswered"] as const;
/** See {@linkcode CLOSE_POINTS}. */
export type ClosePoint = typeof CLOSE_POINTS[number];

/** Deviations of the answer to `config`. */
export interface ConfigFault {
  /** An unchanged hash is answered with 200 and the same hash, with or without the configuration. */
  readonly sameHash?: "with-config" | "without-config";
  /** `config_timestamp`, milliseconds since 1970. */
  readonly timestampMs?: number;
  /** Another device's UUID in `id`. */
  readonly uuid?: string;
  /** A new hash without a configuration. */
  readonly withoutConfig?: boolean;
  /** An empty hash. */
  readonly emptyHash?: boolean;
}

/** Deviations of the answer to `attest`. */
export interface AttestFault {
  /** `quoteResp.response`: 0 invalid, 2 nonce mismatch, 3 no certificate, 4 quote failed. */
  readonly quoteResponse?: number;
  /** `storage_keys_resp.response`: 0 invalid, 2 token mismatch. */
  readonly storeKeysResponse?: number;
  /** Another `respType` than the request asks for. */
  readonly respType?: number;
  /** The sub-message that belongs to the type is left out. */
  readonly withoutMessage?: boolean;
  /** Length of the nonce in bytes. */
  readonly nonceLength?: number;
}

/** One fault. Without any member but the counters the answer is the normal one. */
export interface Fault {
  /** Lets so many requests pass first; default 0. */
  readonly after?: number;
  /** Applies to so many requests; for ever when absent. */
  readonly times?: number;
  /** Only for this device: the UUID in the path. */
  readonly uuid?: string;

  /** Answers with this status. The request is not handled (nothing stored) unless `handle` is true. */
  readonly status?: number;
  readonly handle?: boolean;
  /** Added to the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header Retry-After: seconds, or a date. */
  readonly retryAfter?: string;
  /** Another Content-Type; null leaves the header out. */
  readonly contentType?: string | null;

  /** What is in the envelope instead; garbage is not protobuf. */
  readonly payload?: "empty" | "garbage" | Uint8Array;
  readonly envelope?: EnvelopeFault;
  /** What is sent instead of the envelope. */
  readonly body?: "empty" | "garbage" | Uint8Array;
  /** What is sent instead: so many bytes 0x55. */
  readonly bodyLength?: number;
  /** The body ends after so many bytes, and Content-Length says so. */
  readonly truncateBody?: number;

  /** Waits before the request is handled. */
  readonly delayMs?: number;
  /** Waits between handling and the first byte of the answer. */
  readonly delayAnswerMs?: number;
  /** Never answers; the request is handled only if `handle` is true. */
  readonly hang?: boolean;
  /** Closes the connection without an answer. */
  readonly close?: ClosePoint;
  /** Closes the connection after so many bytes of the body, fewer than Content-Length promised. */
  readonly closeAfterBytes?: number;
  /** Closes the connection so many ms after the answer, unannounced, as a server that has had enough of an idle one. */
  readonly closeIdleMs?: number;
  /** Says `Connection: close`. */
  readonly connectionClose?: boolean;

  readonly certs?: CertListFault;
  readonly config?: ConfigFault;
  readonly attest?: AttestFault;
}
