import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Phase } from "./connect/progress.ts";
import type { ControllerConnErrorKind } from "./error.ts";
import type { Layer } from "./layer.ts";
import { SenderStatus } from "./sender_status.ts";
import { NoSuitableAddress, OwnFailure, statusOfFailure, transportFailure } from "./transport_failure.ts";

const coded = (code: string, message = code, more: Record<string, unknown> = {}) =>
  Object.assign(new Error(message), { code, ...more });

type Row = readonly [Error, Phase, ControllerConnErrorKind, Layer, string];

const rows: readonly Row[] = [
  [coded("ECONNREFUSED"), "connect", "refused", "tcp", "ECONNREFUSED"],
  [coded("ENOTFOUND"), "resolve", "resolve", "dns", "ENOTFOUND"],
  [coded("EAI_SOMETHING"), "resolve", "resolve", "dns", "EAI_SOMETHING"],
  [
    coded("EINVAL", "EINVAL", { syscall: "bind" }),
    "connect",
    "no-address",
    "port",
    "source address can't be used: EINVAL",
  ],
  [coded("EHOSTUNREACH"), "connect", "unreachable", "tcp", "EHOSTUNREACH"],
  [
    coded("ECONNRESET", "hang up"),
    "handshake",
    "reset",
    "tls",
    "connection lost during the TLS handshake (hang up)",
  ],
  [
    coded("EPIPE", "x"),
    "request",
    "reset",
    "http",
    "connection lost before the first byte of the answer (x)",
  ],
  [coded("ECONNRESET", "x"), "body", "bad-answer", "http", "broken answer: x"],
  [coded("HPE_INVALID_CONSTANT", "x"), "request", "bad-answer", "http", "broken answer: x"],
  [coded("CERT_HAS_EXPIRED"), "handshake", "cert-unknown-authority", "tls", "CERT_HAS_EXPIRED"],
  [coded("ERR_TLS_CERT_ALTNAME_INVALID", "no match"), "handshake", "cert-wrong-name", "tls", "no match"],
  [
    new Error("received fatal alert: ProtocolVersion"),
    "handshake",
    "tls-version",
    "tls",
    "does not speak TLS 1.2 or 1.3",
  ],
  [
    new Error("peer is incompatible: ServerDoesNotSupportTls12Or13"),
    "handshake",
    "tls-version",
    "tls",
    "does not speak TLS 1.2 or 1.3",
  ],
  [
    new Error("received fatal alert: HandshakeFailure"),
    "handshake",
    "tls-refused",
    "tls",
    "or wants a client certificate",
  ],
  [new Error("received fatal alert: CertificateRequired"), "request", "client-cert", "tls", "and got none"],
  [
    new Error("received fatal alert: UnknownCA"),
    "request",
    "client-cert",
    "tls",
    "does not let our client certificate in",
  ],
  [
    new Error("invalid peer certificate: BadSignature"),
    "handshake",
    "cert-weak-key",
    "tls",
    "RSA below 2048 bits), or",
  ],
  [
    new Error("received corrupt message of type InvalidContentType"),
    "handshake",
    "tls",
    "tls",
    "does not speak TLS",
  ],
  [coded("ERR_SSL_SOMETHING", "odd"), "handshake", "tls", "tls", "odd"],
  [new OwnFailure("timeout", "3 s"), "handshake", "timeout", "tls", "3 s (during the TLS handshake)"],
];

Deno.test("what an error of the runtime means: kind, layer, words", () => {
  for (const [error, phase, kind, layer, says] of rows) {
    const failure = transportFailure(error, phase, false);
    assertEquals([failure.kind, failure.layer, failure.counted], [kind, layer, true], error.message);
    assertStringIncludes(failure.text, says);
    // The runtime's words are never lost.
    if (error.message !== "") assertStringIncludes(failure.text, error.message);
  }
});

Deno.test("only a chain that was not accepted is worth a second look", () => {
  const looked = rows.filter(([error, phase]) => transportFailure(error, phase, false).untrusted === true);
  assertEquals(looked.map(([error]) => error.message), ["CERT_HAS_EXPIRED"]);
});

Deno.test("a missing address family is no attempt; what is no error at all is told all the same", () => {
  assertEquals(transportFailure(new NoSuitableAddress("none"), "connect", false).counted, false);
  assertMatch(transportFailure("odd", "request", false).text, /odd/);
});

Deno.test("on the way to a proxy the layer is the proxy", () => {
  for (
    const [phase, layer] of [["resolve", "proxy"], ["connect", "proxy"], ["proxy", "proxy"], [
      "handshake",
      "tls",
    ]] as const
  ) {
    assertEquals(transportFailure(coded("ECONNRESET"), phase, true).layer, layer);
  }
});

Deno.test("status of a failure, with and without a proxy", () => {
  const { SenderStatusRefused, SenderStatusCertInvalid } = SenderStatus;
  const { SenderStatusCertUnknownAuthority, SenderStatusCertUnknownAuthorityProxy } = SenderStatus;
  const both = (kind: ControllerConnErrorKind) => [statusOfFailure(kind, false), statusOfFailure(kind, true)];
  assertEquals(both("refused"), [SenderStatusRefused, undefined]);
  for (const kind of ["cert-expired", "cert-not-yet-valid", "cert-weak-key", "cert-invalid"] as const) {
    assertEquals(both(kind), [SenderStatusCertInvalid, SenderStatusCertInvalid]);
  }
  assertEquals(both("cert-unknown-authority"), [
    SenderStatusCertUnknownAuthority,
    SenderStatusCertUnknownAuthorityProxy,
  ]);
  for (
    const kind of ["cert-wrong-name", "tls", "tls-version", "tls-refused", "client-cert", "timeout"] as const
  ) {
    assertEquals(both(kind), [undefined, undefined]);
  }
});
