/**
 * The faults between a device and its controller, as a table: what is done, what `controllerconn` says of it, whether it
 * tries again. `docs/faults.md` is made from it, `faults_test.ts` plays every row.
 */
import type { ControllerConnErrorKind, SenderStatus } from "../../controllerconn/mod.ts";
import type { ServerRule } from "./server_rule.ts";
import type { WireRule } from "./wire_rule.ts";

/** Where on the way the fault was seen. */
export type Layer = "port" | "dns" | "proxy" | "tcp" | "tls" | "http" | "envelope" | "identity" | "trust";

export type SenderStatusName = keyof typeof SenderStatus;

/** One row. What is said of tries holds for a fault that stays; a device with two working ports. */
export interface FaultRule {
  readonly name: string;
  readonly wire?: WireRule;
  readonly server?: ServerRule;
  /** `none`: the request is delivered and its answer taken. */
  readonly kind: ControllerConnErrorKind | "none";
  readonly layer: Layer | "none";
  readonly status: SenderStatusName;
  /** 0: nobody answered. */
  readonly httpStatus: number;
  /** Words of the error, one of these: which one of the runtime's texts it is depends on who is quicker. Empty where there is no error. */
  readonly says: readonly string[];
  /** Sent at once over the next port. */
  readonly nextPort: boolean;
  /** On a kept connection: sent at once again, over the same port and a fresh connection (decisions.md 10). */
  readonly freshConnection: boolean;
  /** The controller got the whole request, so it may get it twice. */
  readonly taken: boolean;
  /** Not to be played on a kept connection: the fault lies in the making of connections. */
  readonly coldOnly?: true;
  /** Ends with the send timer. */
  readonly timesOut?: true;
  /** A header of the refused answer that the caller gets to see. */
  readonly header?: readonly [name: string, value: string];
}

const BROKEN = { status: "SenderStatusNone", httpStatus: 0, nextPort: true } as const;
const reset = {
  ...BROKEN,
  kind: "reset",
  layer: "http",
  says: ["socket hang up", "ECONNRESET", "EPIPE", "kept connection closed"],
  freshConnection: true,
  taken: false,
} as const;
const handshakeEnds = {
  ...reset,
  layer: "tls",
  says: ["disconnected before secure TLS connection was established", "ECONNRESET"],
  coldOnly: true,
} as const;
const silent = {
  ...BROKEN,
  kind: "timeout",
  says: ["no complete answer within"],
  freshConnection: false,
  taken: false,
  timesOut: true,
} as const;
const cut = {
  ...BROKEN,
  kind: "bad-answer",
  layer: "http",
  says: ["answer cut off after"],
  freshConnection: false,
  taken: true,
} as const;

/** Bytes on the wire. */
const WIRE: readonly FaultRule[] = [
  {
    ...BROKEN,
    name: "refuse",
    wire: "refuse",
    kind: "refused",
    layer: "tcp",
    status: "SenderStatusRefused",
    says: ["ECONNREFUSED"],
    freshConnection: false,
    taken: false,
    coldOnly: true,
  },
  {
    ...handshakeEnds,
    name: "reset before the handshake",
    wire: { of: "device", phase: "connection", byte: 0, then: "reset" },
  },
  {
    ...handshakeEnds,
    name: "reset at byte 100 of the handshake",
    wire: { of: "controller", phase: "connection", byte: 100, then: "reset" },
  },
  {
    ...reset,
    name: "reset at byte 0 of the request",
    wire: { of: "device", phase: "application", byte: 0, then: "reset" },
  },
  {
    ...reset,
    name: "reset at byte 50000 of the request",
    wire: { of: "device", phase: "application", byte: 50_000, then: "reset" },
  },
  {
    ...reset,
    name: "reset at byte 0 of the answer",
    wire: { of: "controller", phase: "application", byte: 0, then: "reset" },
    taken: true,
  },
  {
    ...reset,
    name: "reset at byte 10 of the answer",
    wire: { of: "controller", phase: "application", byte: 10, then: "reset" },
    taken: true,
  },
  {
    ...cut,
    name: "reset at byte 50000 of the answer",
    wire: { of: "controller", phase: "application", byte: 50_000, then: "reset" },
  },
  {
    ...silent,
    name: "hang: accepted, then nothing",
    wire: { of: "device", phase: "connection", byte: 0, then: "hang" },
    layer: "tls",
    coldOnly: true,
  },
  {
    ...silent,
    name: "hang at byte 100 of the handshake",
    wire: { of: "controller", phase: "connection", byte: 100, then: "hang" },
    layer: "tls",
    coldOnly: true,
  },
  {
    ...silent,
    name: "hang at byte 50000 of the request",
    wire: { of: "device", phase: "application", byte: 50_000, then: "hang" },
    layer: "http",
  },
  {
    ...silent,
    name: "hang after the request",
    wire: { of: "controller", phase: "application", byte: 0, then: "hang" },
    layer: "http",
    taken: true,
  },
  {
    ...silent,
    name: "hang at byte 50000 of the answer",
    wire: { of: "controller", phase: "application", byte: 50_000, then: "hang" },
    layer: "http",
    taken: true,
  },
  {
    name: "slow body: all in time",
    wire: { of: "controller", phase: "application", byte: 0, then: { bytesPerSecond: 500_000 } },
    kind: "none",
    layer: "none",
    status: "SenderStatusNone",
    httpStatus: 200,
    says: [],
    nextPort: false,
    freshConnection: false,
    taken: true,
  },
  {
    ...silent,
    name: "slow body: beyond the send timer",
    wire: { of: "controller", phase: "application", byte: 0, then: { bytesPerSecond: 10_000 } },
    layer: "http",
    taken: true,
  },
  {
    ...handshakeEnds,
    name: "truncate: FIN at byte 100 of the handshake",
    wire: { of: "controller", phase: "connection", byte: 100, then: "end" },
  },
  {
    ...reset,
    name: "truncate: FIN at byte 0 of the answer",
    wire: { of: "controller", phase: "application", byte: 0, then: "end" },
    taken: true,
  },
  {
    ...cut,
    name: "truncate: FIN at byte 50000 of the answer",
    wire: { of: "controller", phase: "application", byte: 50_000, then: "end" },
  },
];

const ANSWERED = { freshConnection: false, taken: true } as const;
const refusal = {
  ...ANSWERED,
  kind: "http-status",
  layer: "http",
  status: "SenderStatusNone",
  nextPort: true,
} as const;

function refused(
  code: number,
  more: Partial<FaultRule> = {},
  headers: Readonly<Record<string, string>> = {},
  name = `answer ${code}`,
): FaultRule {
  const server = { answer: "status", code, headers } as const;
  return { ...refusal, name, server, httpStatus: code, says: [`answered ${code}`], ...more };
}

const RETRY_DATE = "Wed, 21 Oct 2037 07:28:00 GMT";
const redirect = { kind: "redirect", says: ["redirects are refused"] } as const;

/** Codes. */
const STATUS: readonly FaultRule[] = [
  refused(301, redirect, { Location: "https://elsewhere.example/" }),
  refused(307, redirect, { Location: "/elsewhere" }),
  refused(400, { status: "SenderStatusNotFound" }),
  refused(401),
  refused(403, { status: "SenderStatusForbidden", nextPort: false }),
  refused(404, { status: "SenderStatusNotFound" }),
  refused(409),
  refused(
    429,
    { header: ["retry-after", "120"] },
    { "Retry-After": "120" },
    "answer 429, Retry-After in seconds",
  ),
  refused(
    429,
    { header: ["retry-after", RETRY_DATE] },
    { "Retry-After": RETRY_DATE },
    "answer 429, Retry-After as a date",
  ),
  refused(500),
  refused(502),
  refused(
    503,
    { status: "SenderStatusUpgrade", header: ["retry-after", "30"] },
    { "Retry-After": "30" },
    "answer 503, Retry-After in seconds",
  ),
];

const badAnswer = {
  ...ANSWERED,
  ...BROKEN,
  kind: "bad-answer",
  layer: "http",
} as const;

/** Answers that HTTP can't make sense of. */
const ANSWER: readonly FaultRule[] = [
  {
    ...badAnswer,
    name: "no HTTP at all",
    server: { answer: "no-http" },
    says: ["broken answer: Parse Error"],
  },
  {
    ...badAnswer,
    name: "Content-Length too large by 10",
    server: { answer: "content-length", wrongBy: 10 },
    says: ["answer cut off after"],
  },
  {
    ...badAnswer,
    name: "Content-Length too small by 10",
    server: { answer: "content-length", wrongBy: -10 },
    says: ["broken answer: Parse Error"],
  },
  {
    ...badAnswer,
    name: "body above the limit",
    server: { answer: "huge", bytes: 300_000, gzip: false },
    says: ["answer too large"],
  },
  {
    ...badAnswer,
    name: "body above the limit, in little gzip",
    server: { answer: "huge", bytes: 300_000, gzip: true },
    says: ["bytes of gzip become more"],
  },
  {
    ...badAnswer,
    name: "gzip that is none",
    server: { answer: "gzip", broken: "noise" },
    says: ["answer is no valid gzip"],
  },
  {
    ...badAnswer,
    name: "gzip without its end",
    server: { answer: "gzip", broken: "cut" },
    says: ["answer is no valid gzip"],
  },
  {
    ...badAnswer,
    name: "an encoding that was not asked for",
    server: { answer: "encoding", value: "br" },
    says: ['Content-Encoding "br", expected gzip or none'],
  },
];

const taken = {
  ...ANSWERED,
  layer: "envelope",
  status: "SenderStatusNone",
  httpStatus: 200,
  nextPort: false,
} as const;
const unverified = { ...taken, kind: "envelope-verify" } as const;

/** Answers that came whole: what the caller's own look at them finds. */
const ENVELOPE: readonly FaultRule[] = [
  {
    ...taken,
    name: "another Content-Type",
    server: { answer: "content-type", value: "text/html; charset=utf-8" },
    kind: "content-type",
    layer: "http",
    says: ['has Content-Type "text/html'],
  },
  {
    ...taken,
    name: "no Content-Type",
    server: { answer: "content-type", value: null },
    kind: "content-type",
    layer: "http",
    says: ["has no Content-Type"],
  },
  {
    ...taken,
    name: "body that is no envelope",
    server: { answer: "envelope", spoil: "noise" },
    kind: "envelope",
    says: ["expected a protobuf message"],
  },
  {
    ...taken,
    name: "empty body",
    server: { answer: "envelope", spoil: "empty" },
    kind: "envelope",
    says: ["AuthContainer"],
  },
  {
    ...unverified,
    name: "wrong signature",
    server: { answer: "envelope", spoil: "signature" },
    status: "SenderStatusSignVerifyFail",
    says: ["signature does not match the payload"],
  },
  {
    ...unverified,
    name: "payload changed on the way",
    server: { answer: "envelope", spoil: "payload" },
    status: "SenderStatusSignVerifyFail",
    says: ["signature does not match the payload"],
  },
  {
    ...unverified,
    name: "short signature",
    server: { answer: "envelope", spoil: "short-signature" },
    status: "SenderStatusSignVerifyFail",
    says: ["expected a signature of 64 bytes, 63 arrived"],
  },
  {
    ...unverified,
    name: "wrong hash",
    server: { answer: "envelope", spoil: "hash" },
    status: "SenderStatusCertMiss",
    says: ["fetch the controller's certificates again"],
  },
  {
    ...unverified,
    name: "hash of 20 bytes",
    server: { answer: "envelope", spoil: "hash-20" },
    status: "SenderStatusHashSizeError",
    says: ["expected a senderCertHash of 16 or 32 bytes, 20 arrived"],
  },
  {
    ...unverified,
    name: "unknown hash algorithm",
    server: { answer: "envelope", spoil: "algo-0" },
    status: "SenderStatusAlgoFail",
    says: ["expected hash algorithm 1 or 2, 0 arrived"],
  },
  {
    ...unverified,
    name: "stale certificate: signed by the controller's one before",
    server: { answer: "envelope", spoil: "stale" },
    status: "SenderStatusCertMiss",
    says: ["fetch the controller's certificates again"],
  },
];

const untrusted = {
  ...BROKEN,
  layer: "tls",
  freshConnection: false,
  taken: false,
  coldOnly: true,
} as const;

/** Servers that are not the controller. */
const CERTIFICATE: readonly FaultRule[] = [
  {
    ...untrusted,
    name: "server certificate expired",
    server: { certificate: "expired" },
    kind: "cert-expired",
    status: "SenderStatusCertInvalid",
    says: ["is expired: NotBefore"],
  },
  {
    ...untrusted,
    name: "server certificate not valid yet",
    server: { certificate: "not-yet" },
    kind: "cert-not-yet-valid",
    status: "SenderStatusCertInvalid",
    says: ["is not valid yet: NotBefore"],
  },
  {
    ...untrusted,
    name: "server certificate of an unknown CA",
    server: { certificate: "unknown-ca" },
    kind: "cert-unknown-authority",
    status: "SenderStatusCertUnknownAuthority",
    says: ["no trusted root for"],
  },
  {
    ...untrusted,
    name: "server certificate for another name",
    server: { certificate: "other-name" },
    kind: "cert-wrong-name",
    says: ["does not match certificate's altnames"],
  },
];

/** All rows that one request can show. */
export const FAULT_RULES: readonly FaultRule[] = [...WIRE, ...CERTIFICATE, ...STATUS, ...ANSWER, ...ENVELOPE];
