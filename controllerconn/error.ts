/** The one error class of the room, and the list of attempts that an error of a send carries. */

/** What went wrong; callers switch on it. */
export type ControllerConnErrorKind =
  /** No management port, or none with a usable address. */
  | "no-port"
  /** `interface IF: no suitable IP address available` */
  | "no-address"
  /** `interface IF: no DNS server available` */
  | "no-dns"
  /** The name of the controller does not resolve. */
  | "resolve"
  | "refused"
  | "unreachable"
  | "reset"
  /** The dial timer or the timer of the whole send ran out. */
  | "timeout"
  /** The server's certificate has expired or is not valid yet. */
  | "cert-invalid"
  | "cert-unknown-authority"
  /** Any other failure of TLS: wrong name, protocol version, alert. */
  | "tls"
  /** A status other than 200, 201, 204, 304. */
  | "http-status"
  /** 3xx other than 304 (decisions.md 14). */
  | "redirect"
  /** The answer is larger than the limit, or shorter than it promised. */
  | "bad-answer"
  /** The response is not what the endpoint must send (`Content-Type`). */
  | "content-type"
  /** The envelope does not parse, or has no payload where one is needed. */
  | "envelope"
  /** The envelope names another signer, hash algorithm or hash length, or its signature is wrong; see `status`. */
  | "envelope-verify"
  /** No usable controller certificate is stored. */
  | "no-controller-cert"
  /** A list of controller certificates that breaks a rule of `spec/device-api.md §4.6`. */
  | "cert-chain"
  /** A certificate or key of the device can't be read, parsed or used for signing. */
  | "identity"
  /** An encrypted block of the configuration can't be decrypted (`spec/device-api.md §7`). */
  | "cipher"
  /** The trust roots can't be read or parsed. */
  | "trust"
  | "aborted";

/** One try over one port and one source address. */
export interface SendAttempt {
  readonly kind: ControllerConnErrorKind;
  readonly ifName: string;
  /** Absent when the port failed a local check before an address was chosen. */
  readonly sourceAddr?: string;
  readonly text: string;
}

/** Names the thing, what was expected, what arrived; lists every attempt of a send. */
export class ControllerConnError extends Error {
  override readonly name = "ControllerConnError";
  constructor(
    readonly kind: ControllerConnErrorKind,
    message: string,
    readonly attempts: readonly SendAttempt[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
