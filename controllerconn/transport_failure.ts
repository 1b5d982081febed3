/** What a failed connection means, from the error codes of the runtime (`spec/controllerconn.md §6.1, 16.2`). Pure. */
import type { Phase } from "./connect/progress.ts";
import type { ControllerConnErrorKind } from "./error.ts";
import { type Layer, layerOfKind } from "./layer.ts";
import { SenderStatus } from "./sender_status.ts";

/** No answer came over one source address. */
export interface TransportFailure {
  readonly kind: ControllerConnErrorKind;
  readonly layer: Layer;
  readonly text: string;
  /** False: the name has no address of the source's family, which is no attempt. */
  readonly counted: boolean;
  /** The server's certificate was not accepted; a second look tells why. */
  readonly untrusted?: true;
  readonly cause?: unknown;
}

/** Thrown by our own resolver: the name has no address of this family. */
export class NoSuitableAddress extends Error {}

/** Thrown by our own timers and limits. */
export class OwnFailure extends Error {
  constructor(readonly kind: ControllerConnErrorKind, message: string) {
    super(message);
  }
}

const UNTRUSTED = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
]);

const KINDS: Readonly<Record<string, ControllerConnErrorKind>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ETIMEDOUT: "timeout",
  ENOTFOUND: "resolve",
  EAI_AGAIN: "resolve",
  EAI_FAIL: "resolve",
  EAI_NODATA: "resolve",
  ERR_TLS_CERT_ALTNAME_INVALID: "cert-wrong-name",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "tls-version",
};

/** A refused client certificate, by the name of the alert. */
const CLIENT_CERT_ALERTS =
  /fatal alert: (BadCertificate|UnsupportedCertificate|Certificate(Revoked|Expired|Unknown)|UnknownCA|AccessDenied)/;

/** Words of the runtime's TLS, which mean little to people; some stand for two causes. */
const TLS_WORDS: readonly (readonly [RegExp, ControllerConnErrorKind, string])[] = [
  [
    /invalid peer certificate: BadSignature/,
    "cert-weak-key",
    "the server's certificate has a key that is too weak (RSA below 2048 bits), or the server does not hold that key",
  ],
  [
    /invalid peer certificate: .*UnsupportedSignatureAlgorithm/,
    "tls",
    "the server signs in a way that can't be checked here: with TLS 1.2 a P-256 key must sign with SHA-256 (a server " +
    "that goes by its own order of algorithms does), or its certificate is signed with an unknown algorithm",
  ],
  [
    /fatal alert: ProtocolVersion|ServerDoesNotSupportTls12Or13/,
    "tls-version",
    "the server does not speak TLS 1.2 or 1.3",
  ],
  [
    /fatal alert: HandshakeFailure/,
    "tls-refused",
    "the server shares no cipher or key exchange with us, or wants a client certificate and got none",
  ],
  [
    /fatal alert: CertificateRequired/,
    "client-cert",
    "the server wants a client certificate and got none (a key in a TPM is never shown in TLS)",
  ],
  [CLIENT_CERT_ALERTS, "client-cert", "the server does not let our client certificate in"],
  [/corrupt message of type InvalidContentType/, "tls", "what answers on this port does not speak TLS"],
];

/** What was going on, for people. */
const DOING: Readonly<Record<Phase, string>> = {
  resolve: "while the name was resolved",
  connect: "while connecting",
  proxy: "while the proxy was asked to connect",
  handshake: "during the TLS handshake",
  request: "before the first byte of the answer",
  body: "in the middle of the answer",
};

function property(error: unknown, name: string): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
  return typeof value === "string" ? value : "";
}

function kindOf(code: string, syscall: string, phase: Phase): ControllerConnErrorKind {
  if (syscall === "bind") return "no-address";
  const known = KINDS[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return "bad-answer";
  if (code.startsWith("EAI_") || syscall === "getaddrinfo") return "resolve";
  if (phase === "handshake" || code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) return "tls";
  return phase === "body" ? "bad-answer" : "unreachable";
}

function layerOf(kind: ControllerConnErrorKind, phase: Phase, viaProxy: boolean): Layer {
  if (phase === "proxy" || (viaProxy && (phase === "resolve" || phase === "connect"))) return "proxy";
  const known = layerOfKind(kind);
  if (known !== undefined) return known;
  if (phase === "resolve") return "dns";
  if (phase === "connect") return "tcp";
  return phase === "handshake" ? "tls" : "http";
}

/** The runtime's words, and what they mean where they say little. */
function textOf(kind: ControllerConnErrorKind, phase: Phase, message: string): string {
  if (kind === "no-address") return `source address can't be used: ${message}`;
  if (kind === "bad-answer") return `broken answer: ${message}`;
  if (kind === "reset") return `connection lost ${DOING[phase]} (${message})`;
  const meaning = TLS_WORDS.find(([words]) => words.test(message))?.[2];
  return meaning === undefined ? message : `${meaning} (${message})`;
}

/** Classifies any error of a try. @param viaProxy name and connection were those of a proxy */
export function transportFailure(error: unknown, phase: Phase, viaProxy: boolean): TransportFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof OwnFailure) {
    const text = error.kind === "timeout" ? `${message} (${DOING[phase]})` : message;
    return { kind: error.kind, layer: layerOf(error.kind, phase, viaProxy), text, counted: true };
  }
  if (error instanceof NoSuitableAddress) {
    return { kind: "unreachable", layer: layerOf("resolve", phase, viaProxy), text: message, counted: false };
  }
  const code = property(error, "code");
  if (UNTRUSTED.has(code)) {
    const layer = layerOf("cert-unknown-authority", phase, viaProxy);
    return {
      kind: "cert-unknown-authority",
      layer,
      text: message,
      counted: true,
      untrusted: true,
      cause: error,
    };
  }
  const words = TLS_WORDS.find(([pattern]) => pattern.test(message));
  const kind = phase === "body"
    ? "bad-answer"
    : words?.[1] ?? kindOf(code, property(error, "syscall"), phase);
  return {
    kind,
    layer: layerOf(kind, phase, viaProxy),
    text: textOf(kind, phase, message),
    counted: true,
    cause: error,
  };
}

/**
 * The status of a failure; undefined leaves the one of earlier tries.
 * @param viaProxy an explicit proxy was used
 */
export function statusOfFailure(kind: ControllerConnErrorKind, viaProxy: boolean): SenderStatus | undefined {
  switch (kind) {
    case "refused":
      return viaProxy ? undefined : SenderStatus.SenderStatusRefused;
    case "cert-expired":
    case "cert-not-yet-valid":
    case "cert-weak-key":
    case "cert-invalid":
      return SenderStatus.SenderStatusCertInvalid;
    case "cert-unknown-authority":
      return viaProxy
        ? SenderStatus.SenderStatusCertUnknownAuthorityProxy
        : SenderStatus.SenderStatusCertUnknownAuthority;
    default:
      return undefined;
  }
}
