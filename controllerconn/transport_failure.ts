/** What a failed connection means, from the error codes of the runtime (`spec/controllerconn.md §6.1, 16.2`). Pure. */
import type { ControllerConnErrorKind } from "./error.ts";
import { SenderStatus } from "./sender_status.ts";

/** No answer came over one source address. */
export interface TransportFailure {
  readonly kind: ControllerConnErrorKind;
  readonly text: string;
  /** False: the name has no address of the source's family, which is no attempt. */
  readonly counted: boolean;
  /** The server's certificate was not accepted; a second look tells why. */
  readonly untrusted?: true;
  readonly cause?: unknown;
}

/** How far a try got. */
export type Phase = "resolve" | "connect" | "handshake" | "request" | "body";

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
  ERR_TLS_CERT_ALTNAME_INVALID: "tls",
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

/** Classifies any error of a try. */
export function transportFailure(error: unknown, phase: Phase): TransportFailure {
  if (error instanceof OwnFailure) return { kind: error.kind, text: error.message, counted: true };
  if (error instanceof NoSuitableAddress) {
    return { kind: "unreachable", text: error.message, counted: false };
  }
  const code = property(error, "code");
  const text = error instanceof Error ? error.message : String(error);
  if (UNTRUSTED.has(code)) {
    return { kind: "cert-unknown-authority", text, counted: true, untrusted: true, cause: error };
  }
  const kind = phase === "body" ? "bad-answer" : kindOf(code, property(error, "syscall"), phase);
  const where = kind === "no-address" ? `source address can't be used: ${text}` : text;
  return {
    kind,
    text: kind === "bad-answer" ? `broken answer: ${text}` : where,
    counted: true,
    cause: error,
  };
}

/** The status of a failure; undefined leaves the one of earlier tries. */
export function statusOfFailure(kind: ControllerConnErrorKind): SenderStatus | undefined {
  switch (kind) {
    case "refused":
      return SenderStatus.SenderStatusRefused;
    case "cert-invalid":
      return SenderStatus.SenderStatusCertInvalid;
    case "cert-unknown-authority":
      return SenderStatus.SenderStatusCertUnknownAuthority;
    default:
      return undefined;
  }
}
