/** The one error class of this folder. */

/** What went wrong; callers switch on it. */
export type PacErrorKind =
  /** The PAC file is larger than {@linkcode MAX_PAC_BYTES}. */
  | "too-large"
  /** The PAC file is no JavaScript. */
  | "syntax"
  /** The PAC file defines no `FindProxyForURL`. */
  | "no-function"
  /** The PAC file threw, or wanted more memory or stack than it gets. */
  | "threw"
  /** The PAC file ran longer than its time limit. */
  | "timeout"
  /** `FindProxyForURL` returned no string, or one longer than {@linkcode MAX_RESULT_CHARS}. */
  | "bad-result"
  /** The caller's signal ended it, or the engine was closed. */
  | "aborted"
  /** The sandbox did not start, or broke; no fault of the PAC file. */
  | "sandbox"
  /** No WPAD URL can be made of this domain name. */
  | "no-domain";

/** Largest PAC file that is run, in bytes of UTF-8. */
export const MAX_PAC_BYTES = 1024 * 1024;

/** Longest result of `FindProxyForURL` that is read, in UTF-16 code units. */
export const MAX_RESULT_CHARS = 64 * 1024;

/** Names the thing, what was expected, what arrived. */
export class PacError extends Error {
  /** Always `PacError`. */
  override readonly name = "PacError";
  /** What went wrong. */
  readonly kind: PacErrorKind;
  /** An error for people and programs. @param message a whole sentence; callers switch on `kind` */
  constructor(kind: PacErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
