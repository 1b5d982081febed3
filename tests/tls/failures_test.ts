/** Each way in which a TLS server can be unusable has its own kind and its own words, and gets nothing of a request. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import crypto from "node:crypto";
import net, { type AddressInfo } from "node:net";
import { type ClientOptions, type ControllerConnErrorKind, SenderStatus } from "../../controllerconn/mod.ts";
import {
  type Certificate,
  CLIENT_AUTH,
  makeCertificate,
} from "../../controllerconn/testdata/certificates.ts";
import { DEVICE, identityOf, ROOT, SERVER } from "../../controllerconn/testdata/device.ts";
import { answer, startServer } from "../../controllerconn/testdata/server.ts";
import { SECRET, sendSecret } from "./sender.ts";
import { startSServer } from "./s_server.ts";

const HOUR = 3_600_000;
const NOW = Date.now();
const hosts = ["localhost"];
const OTHER_ROOT = makeCertificate({ name: "other root", ca: true });
const WEAK_KEY = crypto.generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const WEAK_ROOT = makeCertificate({ name: "weak root", ca: true, key: WEAK_KEY });
const WEAK_MIDDLE = makeCertificate({ name: "weak middle", ca: true, issuer: ROOT, key: WEAK_KEY });
const PLAIN_MIDDLE = makeCertificate({ name: "no CA", issuer: ROOT });
const NO_MORE_CA = makeCertificate({ name: "last CA", ca: true, pathLength: 0, issuer: ROOT });
const TOO_DEEP = makeCertificate({ name: "too deep", ca: true, issuer: NO_MORE_CA });
const NAMESAKE = makeCertificate({ name: "test root", ca: true });
const srv = (changes: Partial<Parameters<typeof makeCertificate>[0]>) =>
  makeCertificate({ name: "srv", issuer: ROOT, hosts, ...changes });
const { SenderStatusNone, SenderStatusCertInvalid, SenderStatusCertUnknownAuthority } = SenderStatus;
const { tlsKeyPem: _inTpm, ...NO_KEY_FILE } = identityOf(DEVICE);

interface Case {
  readonly name: string;
  readonly certificate: Certificate;
  readonly chain?: string;
  readonly options?: Partial<ClientOptions>;
  readonly kind: ControllerConnErrorKind;
  readonly status: SenderStatus;
  readonly says: string;
}

const certificates: readonly Case[] = [
  {
    name: "expired",
    certificate: srv({ notAfter: NOW - HOUR }),
    kind: "cert-expired",
    status: SenderStatusCertInvalid,
    says: '"CN=srv" is expired: NotBefore ',
  },
  {
    name: "not valid yet",
    certificate: srv({ notBefore: NOW + HOUR }),
    kind: "cert-not-yet-valid",
    status: SenderStatusCertInvalid,
    says: '"CN=srv" is not valid yet: NotBefore ',
  },
  {
    name: "for another name",
    certificate: srv({ hosts: ["other.example"] }),
    kind: "cert-wrong-name",
    status: SenderStatusNone,
    says: "is not in the cert's altnames: DNS:other.example",
  },
  {
    name: "of an unknown CA",
    certificate: srv({ issuer: OTHER_ROOT }),
    kind: "cert-unknown-authority",
    status: SenderStatusCertUnknownAuthority,
    says: 'no trusted root for "CN=srv", issued by "CN=other root"; trusted are root-certificate.pem',
  },
  {
    name: "of a CA with the name of ours and another key",
    certificate: srv({ issuer: NAMESAKE }),
    kind: "cert-unknown-authority",
    status: SenderStatusCertUnknownAuthority,
    says: 'the trusted root with the name "CN=test root" has another key than the one that signed "CN=srv"',
  },
  {
    name: "self-signed",
    certificate: makeCertificate({ name: "srv", hosts }),
    kind: "cert-unknown-authority",
    status: SenderStatusCertUnknownAuthority,
    says: 'no trusted root for "CN=srv", issued by "CN=srv"',
  },
  {
    name: "under a root with an RSA key of 1024 bits",
    certificate: srv({ issuer: WEAK_ROOT }),
    options: { rootCertificatePem: WEAK_ROOT.pem },
    kind: "cert-weak-key",
    status: SenderStatusCertInvalid,
    says: '"CN=weak root" has an RSA key of 1024 bits, at least 2048 are needed',
  },
  {
    name: "under an intermediate with an RSA key of 1024 bits",
    certificate: srv({ issuer: WEAK_MIDDLE }),
    chain: WEAK_MIDDLE.pem,
    kind: "cert-weak-key",
    status: SenderStatusCertInvalid,
    says: '"CN=weak middle" has an RSA key of 1024 bits, at least 2048 are needed',
  },
  {
    name: "for clients only",
    certificate: srv({ extendedKeyUsage: [CLIENT_AUTH] }),
    kind: "cert-invalid",
    status: SenderStatusCertInvalid,
    says: `"CN=srv" is not one for a server: its extended key usages (${CLIENT_AUTH}) lack serverAuth`,
  },
  {
    name: "issued by one that is no CA",
    certificate: srv({ issuer: PLAIN_MIDDLE }),
    chain: PLAIN_MIDDLE.pem,
    kind: "cert-invalid",
    status: SenderStatusCertInvalid,
    says: '"CN=no CA" stands above another one, but is not a CA certificate',
  },
  {
    name: "below more CAs than one of them allows: one of two causes",
    certificate: srv({ issuer: TOO_DEEP }),
    chain: TOO_DEEP.pem + NO_MORE_CA.pem,
    kind: "cert-invalid",
    status: SenderStatusCertInvalid,
    says: "a constraint of a certificate above it, or a kind or value of a signature, does not allow it",
  },
];

for (const { name, certificate, chain, options, kind, status, says } of certificates) {
  Deno.test(`a certificate ${name}: ${kind}, and no request reaches the server`, async () => {
    const server = await startServer({
      certificate,
      handler: answer(200),
      ...(chain === undefined ? {} : { chain }),
    });
    try {
      const result = await sendSecret(server.name, options);
      assertEquals([result.error?.kind, result.status], [kind, status], result.error?.message);
      assertEquals([result.error?.layer, server.seen.length], ["tls", 0]);
      assertStringIncludes(result.error?.message ?? "", says);
    } finally {
      await server.close();
    }
  });
}

interface OpensslCase {
  readonly name: string;
  readonly certificate: Certificate;
  readonly args: readonly string[];
  readonly options?: Partial<ClientOptions>;
  readonly kind: ControllerConnErrorKind;
  readonly says: string;
  /** Of openssl, to be sure that it is the failure that is meant. */
  readonly complaint: string;
}

const AMBIGUOUS =
  "the server shares no cipher or key exchange with us, or wants a client certificate and got none";
const ASKS = ["-Verify", "1", "-verify_return_error"];

const openssl: readonly OpensslCase[] = [
  {
    name: "TLS 1.1 only",
    certificate: SERVER,
    args: ["-tls1_1"],
    kind: "tls-version",
    says: "the server does not speak TLS 1.2 or 1.3",
    complaint: "unsupported protocol",
  },
  ...["-tls1_2", "-tls1_3"].map((version): OpensslCase => ({
    name: `an RSA key of 1024 bits, ${version}`,
    certificate: srv({ key: WEAK_KEY }),
    args: [version],
    kind: "cert-weak-key",
    says: "has a key that is too weak (RSA below 2048 bits), or the server does not hold that key",
    complaint: "alert decrypt error",
  })),
  {
    name: "no cipher in common",
    certificate: SERVER,
    args: ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA@SECLEVEL=0"],
    kind: "tls-refused",
    says: AMBIGUOUS,
    complaint: "no shared cipher",
  },
  {
    name: "no key exchange in common",
    certificate: SERVER,
    args: ["-tls1_3", "-groups", "P-521"],
    kind: "tls-refused",
    says: AMBIGUOUS,
    complaint: "no suitable key share",
  },
  {
    name: "a client certificate wanted and none to show, TLS 1.2",
    certificate: SERVER,
    args: ["-tls1_2", "-serverpref", ...ASKS],
    options: { device: NO_KEY_FILE },
    kind: "tls-refused",
    says: AMBIGUOUS,
    complaint: "peer did not return a certificate",
  },
  {
    name: "a client certificate wanted and none to show, TLS 1.3",
    certificate: SERVER,
    args: ["-tls1_3", ...ASKS],
    options: { device: NO_KEY_FILE },
    kind: "client-cert",
    says: "the server wants a client certificate and got none (a key in a TPM is never shown in TLS)",
    complaint: "peer did not return a certificate",
  },
  {
    name: "a client certificate that the server does not know, TLS 1.2",
    certificate: SERVER,
    args: ["-tls1_2", "-serverpref", ...ASKS],
    kind: "client-cert",
    says: "the server does not let our client certificate in",
    complaint: "certificate verify failed",
  },
  {
    name: "a TLS 1.2 signature that the runtime can't check",
    certificate: SERVER,
    args: ["-tls1_2"],
    kind: "tls",
    says: "with TLS 1.2 a P-256 key must sign with SHA-256",
    complaint: "alert certificate unknown",
  },
];

for (const { name, certificate, args, options, kind, says, complaint } of openssl) {
  Deno.test(`openssl, ${name}: ${kind}, and no request reaches the server`, async () => {
    await using server = await startSServer(certificate, args);
    const result = await sendSecret(`localhost:${server.port}`, options);
    assertEquals([result.error?.kind, result.error?.layer], [kind, "tls"], result.error?.message);
    assertStringIncludes(result.error?.message ?? "", says);
    await server.complained(complaint);
    assert(
      !/POST|edgedevice/.test(server.received()) && !server.received().includes(SECRET),
      server.received(),
    );
  });
}

/** Answers the first bytes of a connection with something, or hangs up. */
async function rawServer(
  respond: (socket: net.Socket) => void,
  work: (port: number) => Promise<void>,
): Promise<void> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => respond(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

Deno.test("a handshake that is cut off is a lost connection in the layer of TLS", async () => {
  await rawServer((socket) => socket.destroy(), async (port) => {
    const { error, status } = await sendSecret(`localhost:${port}`);
    assertEquals([error?.kind, error?.layer, status], ["reset", "tls", SenderStatusNone]);
    assertMatch(error?.message ?? "", /connection lost during the TLS handshake/);
  });
});

Deno.test("a handshake that never ends is a time-out that names the handshake", async () => {
  await rawServer(() => {}, async (port) => {
    const { error } = await sendSecret(`localhost:${port}`, { dialTimeoutMs: () => 100 });
    assertEquals([error?.kind, error?.layer], ["timeout", "tls"]);
    assertStringIncludes(error?.message ?? "", "during the TLS handshake");
  });
});

Deno.test("a server without TLS is told as such", async () => {
  await rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), async (port) => {
    const { error } = await sendSecret(`localhost:${port}`);
    assertEquals([error?.kind, error?.layer], ["tls", "tls"]);
    assertStringIncludes(error?.message ?? "", "what answers on this port does not speak TLS");
  });
});
