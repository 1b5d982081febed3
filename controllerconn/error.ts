/** The one error class of the room, and the list of attempts that an error of a send carries. */

import { type Layer, layerOfKind } from "./layer.ts";

/** What went wrong; callers switch on it. */
export type ControllerConnErrorKind =
  /** No management port, or none with a usable address. */
  | "no-port"
  /** `interface IF: no suitable IP address available`, or the address has left the port. */
  | "no-address"
  /** `link not found for interface IF`, `link not up for interface IF` */
  | "no-link"
  /** `interface IF: no DNS server available` */
  | "no-dns"
  /** The name of the controller does not resolve. */
  | "resolve"
  | "refused"
  | "unreachable"
  | "reset"
  /** The dial timer or the timer of the whole send ran out. */
  | "timeout"
  /** The proxy wants credentials, or others than those of its address. */
  | "proxy-auth"
  /** The proxy answered, but did not connect. */
  | "proxy-refused"
  | "cert-expired"
  | "cert-not-yet-valid"
  | "cert-unknown-authority"
  /** The server's certificate names other hosts. */
  | "cert-wrong-name"
  /** A certificate of the server has a key that is too short. */
  | "cert-weak-key"
  /** The chain ends in a trusted root, but its usage, a constraint or a signature is not one for a server. */
  | "cert-invalid"
  /** The server speaks neither TLS 1.2 nor 1.3. */
  | "tls-version"
  /** The server ended the handshake: no cipher in common, or (TLS 1.2) it got no client certificate. */
  | "tls-refused"
  /** The server wants a client certificate and got none, or does not let ours in. */
  | "client-cert"
  /** Any other failure of TLS. */
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

/** One try over one port, one source address and one way. */
export interface SendAttempt {
  /** What went wrong. */
  readonly kind: ControllerConnErrorKind;
  /** Where it failed. */
  readonly layer: Layer;
  /** The port; `""` where it concerns none. */
  readonly ifName: string;
  /** Absent when the port failed a local check before an address was chosen. */
  readonly sourceAddr?: string;
  /** The proxy that was used, without credentials; absent without one. */
  readonly proxy?: string;
  /** What was expected, what arrived, what happens next; for people. */
  readonly text: string;
}

/** Names the thing, what was expected, what arrived; lists every attempt of a send. */
export class ControllerConnError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ControllerConnError";
  /** Made by this library alone. @param attempts what was tried, in its order */
  constructor(
    readonly kind: ControllerConnErrorKind,
    message: string,
    readonly attempts: readonly SendAttempt[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The layer that decided: that of the attempt with this error's kind, otherwise of the kind, otherwise of the last attempt. */
  get layer(): Layer | undefined {
    return this.attempts.findLast(({ kind }) => kind === this.kind)?.layer ?? layerOfKind(this.kind) ??
      this.attempts.at(-1)?.layer;
  }
}
