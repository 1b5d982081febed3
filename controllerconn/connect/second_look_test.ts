import { assertEquals, assertStringIncludes } from "@std/assert";
import crypto, { X509Certificate } from "node:crypto";
import { type Certificate, CLIENT_AUTH, makeCertificate } from "../testdata/certificates.ts";
import { judge } from "./second_look.ts";

const NOW = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const valid = { notBefore: NOW - HOUR, notAfter: NOW + HOUR };
const ROOT = makeCertificate({ name: "root", ca: true, ...valid });
const weakKey = crypto.generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const WEAK_ROOT = makeCertificate({ name: "weak root", ca: true, key: weakKey, ...valid });
const NAMESAKE = makeCertificate({ name: "root", ca: true, ...valid });
const leaf = (changes: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate({ name: "srv", issuer: ROOT, ...valid, ...changes });
const x509 = ({ pem }: Certificate) => new X509Certificate(pem);
const verdict = (chain: readonly Certificate[], roots: readonly Certificate[] = [ROOT], builtAt?: number) =>
  judge(chain.map(x509), { now: NOW, builtAt }, roots.map(x509));

Deno.test("time first: of the whole chain, even where the CA is unknown as well", () => {
  const middle = makeCertificate({ name: "middle", ca: true, ...valid, notAfter: NOW - 1 });
  const { kind, text } = verdict([leaf({ issuer: middle }), middle]);
  assertEquals(kind, "cert-expired");
  assertStringIncludes(text, '"CN=middle" is expired: NotBefore ');
  assertStringIncludes(text, "now 2026-06-01T00:00:00.000Z");
  assertEquals(verdict([leaf({ notBefore: NOW + 1000 })]).kind, "cert-not-yet-valid");
});

Deno.test("the clock is doubted only before the build, and never of what has expired", () => {
  const early = leaf({ notBefore: NOW + HOUR });
  const doubts = (certificate: Certificate, builtAt?: number) =>
    verdict([certificate], [ROOT], builtAt).text.includes(
      "likely the clock of this device is wrong: it is before",
    );
  assertEquals(
    [doubts(early), doubts(early, NOW), doubts(early, NOW + 1), doubts(leaf({ notAfter: NOW - 1 }), NOW + 1)],
    [false, false, true, false],
  );
});

Deno.test("a weak key anywhere up to the trusted root that is named, but not of roots that have no part in it", () => {
  const weakMiddle = makeCertificate({ name: "weak middle", ca: true, issuer: ROOT, key: weakKey, ...valid });
  assertEquals(verdict([leaf({ issuer: weakMiddle }), weakMiddle]).kind, "cert-weak-key");
  assertEquals(verdict([leaf({ issuer: WEAK_ROOT })], [ROOT, WEAK_ROOT]), {
    kind: "cert-weak-key",
    text: '"CN=weak root" has an RSA key of 1024 bits, at least 2048 are needed',
  });
  assertEquals(verdict([leaf({ issuer: NAMESAKE })], [ROOT, WEAK_ROOT]).kind, "cert-unknown-authority");
});

Deno.test("an unknown CA is told from one that has the name of ours", () => {
  const stranger = makeCertificate({ name: "stranger", ca: true, ...valid });
  assertStringIncludes(
    verdict([leaf({ issuer: stranger })]).text,
    'no trusted root for "CN=srv", issued by "CN=stranger"; trusted are root-certificate.pem',
  );
  assertStringIncludes(
    verdict([leaf({ issuer: NAMESAKE })]).text,
    'the trusted root with the name "CN=root" has another key than the one that signed "CN=srv"',
  );
  assertEquals(verdict([leaf()], []).kind, "cert-unknown-authority");
  assertEquals(verdict([]), { kind: "cert-unknown-authority", text: "the server showed none" });
});

Deno.test("a chain that leads to a trusted root all the same: usage, no CA, or one of two causes", () => {
  assertEquals(verdict([leaf({ extendedKeyUsage: [CLIENT_AUTH] })]).kind, "cert-invalid");
  const noCa = makeCertificate({ name: "no CA", issuer: ROOT, ...valid });
  assertStringIncludes(
    verdict([leaf({ issuer: noCa }), noCa]).text,
    '"CN=no CA" stands above another one, but is not a CA',
  );
  assertEquals(verdict([leaf()]), {
    kind: "cert-invalid",
    text:
      'there is a trusted root for "CN=srv", but a constraint of a certificate above it, or a kind or value ' +
      "of a signature, does not allow it",
  });
  assertEquals(verdict([leaf(), ROOT]).kind, "cert-invalid");
});
