import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { verifyControllerCerts } from "./cert_chain.ts";
import { ControllerConnError } from "./error.ts";
import {
  ANY_USAGE,
  type Certificate,
  CLIENT_AUTH,
  makeCertificate,
  SERVER_AUTH,
} from "./testdata/certificates.ts";
import { makeController, zcert } from "./testdata/controller.ts";
import { ROOT } from "./testdata/device.ts";
import type { ZCert } from "./types.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const { certs, signing, ecdh } = makeController(ROOT);
const SIGNING = zcert(signing, 1);
const ECDH = zcert(ecdh, 3);
const needed = { requireEcdh: true };

function refusal(list: readonly ZCert[], root = ROOT.pem, now = NOW): string {
  const error = assertThrows(() => verifyControllerCerts(list, root, now, needed), ControllerConnError);
  assertEquals(error.kind, "cert-chain");
  assertStringIncludes(error.message, "the whole list is refused");
  return error.message;
}

const accepts = (list: readonly ZCert[], root = ROOT.pem) =>
  verifyControllerCerts(list, root, NOW, needed).signing;
const leaf = (spec: Partial<Parameters<typeof makeCertificate>[0]>) =>
  zcert(makeCertificate({ name: "leaf", issuer: ROOT, ...spec }), 1);

Deno.test("[device-api#15][controllerconn#25] lists that break a rule are refused as a whole, with the reason", () => {
  assertStringIncludes(refusal([SIGNING, SIGNING, ECDH]), "exactly one signing certificate, found 2");
  assertStringIncludes(refusal([ECDH]), "exactly one signing certificate, found none");
  assertStringIncludes(refusal([SIGNING]), "at least one ECDH certificate, found none");
  assertStringIncludes(refusal([...certs, { ...ECDH, type: 13 }]), "has type 13");
  assertStringIncludes(refusal([leaf({ notAfter: NOW - DAY }), ECDH]), 'certificate "CN=leaf" expired at');
  assertStringIncludes(refusal([leaf({ extendedKeyUsage: [CLIENT_AUTH] }), ECDH]), "without serverAuth");
  const foreign = makeCertificate({ name: "foreign root", ca: true });
  const message = refusal([leaf({ issuer: foreign }), ECDH]);
  assertStringIncludes(message, 'signing leaf: certificate "CN=leaf" was issued by "CN=foreign root"');
  assertStringIncludes(message, 'neither in root-certificate.pem ("CN=test root")');
});

Deno.test("a leaf without a path: the cause has the kind of the fault; other broken rules have no cause", () => {
  const causeOf = (list: readonly ZCert[], now = NOW) => {
    const { cause } = assertThrows(
      () => verifyControllerCerts(list, ROOT.pem, now, needed),
      ControllerConnError,
    );
    return cause instanceof ControllerConnError ? cause.kind : cause;
  };
  const foreign = makeCertificate({ name: "foreign root", ca: true });
  const namesake = makeCertificate({ name: "test root", ca: true });
  assertEquals(causeOf([leaf({ notAfter: NOW - DAY }), ECDH]), "cert-expired");
  assertEquals(causeOf(certs, 0), "cert-not-yet-valid");
  assertEquals(causeOf([leaf({ issuer: foreign }), ECDH]), "cert-unknown-authority");
  assertEquals(causeOf([leaf({ issuer: namesake }), ECDH]), "cert-unknown-authority");
  assertEquals(causeOf([leaf({ extendedKeyUsage: [CLIENT_AUTH] }), ECDH]), "cert-invalid");
  assertEquals(causeOf([SIGNING]), undefined);
});

Deno.test("[controllerconn#25] random order is accepted", () => {
  assertEquals(accepts(certs), SIGNING);
  assertEquals(accepts(certs.toReversed()), SIGNING);
});

Deno.test("not valid yet, and one bad ECDH leaf among good ones", () => {
  assertStringIncludes(refusal([leaf({ notBefore: NOW + DAY }), ECDH]), "is not valid before");
  const expired = zcert(makeCertificate({ name: "old ecdh", issuer: ROOT, notAfter: NOW - DAY }), 3);
  assertStringIncludes(refusal([SIGNING, ECDH, expired]), 'ECDH leaf: certificate "CN=old ecdh" expired');
});

Deno.test("serverAuth among others, any usage, or no usages are fine", () => {
  accepts([leaf({ extendedKeyUsage: [CLIENT_AUTH, SERVER_AUTH] }), ECDH]);
  accepts([leaf({ extendedKeyUsage: [ANY_USAGE] }), ECDH]);
  accepts([leaf({ extendedKeyUsage: [], plain: true }), ECDH]);
});

Deno.test("ECDH is optional in a bootstrap configuration", () => {
  assertEquals(verifyControllerCerts([SIGNING], ROOT.pem, NOW, { requireEcdh: false }).signing, SIGNING);
});

function underIntermediate(changes: Partial<Parameters<typeof makeCertificate>[0]>): {
  list: ZCert[];
  intermediate: Certificate;
} {
  const intermediate = makeCertificate({ name: "middle", issuer: ROOT, ca: true, ...changes });
  const below = makeCertificate({ name: "leaf", issuer: intermediate });
  return { list: [zcert(below, 1), ECDH, zcert(intermediate, 2)], intermediate };
}

Deno.test("intermediates: used if they are CAs, valid, and for servers", () => {
  const { list, intermediate } = underIntermediate({});
  accepts(list);
  assertStringIncludes(refusal(list.slice(0, 2)), 'issued by "CN=middle"');
  assertStringIncludes(
    refusal(underIntermediate({ ca: false }).list),
    '"CN=middle" issued another one but is not a CA',
  );
  assertStringIncludes(refusal(underIntermediate({ notAfter: NOW - DAY }).list), '"CN=middle" expired');
  assertStringIncludes(
    refusal(underIntermediate({ extendedKeyUsage: [CLIENT_AUTH] }).list),
    '"CN=middle" has extended',
  );
  const lower = makeCertificate({ name: "lower", issuer: intermediate, ca: true });
  const deep = makeCertificate({ name: "deep", issuer: lower });
  accepts([zcert(deep, 1), ECDH, zcert(lower.pem + intermediate.pem, 2)]);
});

Deno.test("path length limits hold", () => {
  const top = makeCertificate({ name: "top", issuer: ROOT, ca: true, pathLength: 0 });
  const direct = makeCertificate({ name: "direct", issuer: top });
  accepts([zcert(direct, 1), ECDH, zcert(top, 2)]);
  const lower = makeCertificate({ name: "lower", issuer: top, ca: true });
  const deep = makeCertificate({ name: "deep", issuer: lower });
  assertStringIncludes(
    refusal([zcert(deep, 1), ECDH, zcert(top, 2), zcert(lower, 2)]),
    '"CN=top" allows 0 intermediates below it, the path has 1',
  );
});

Deno.test("a leaf that stands in the root file itself is accepted, but not when expired", () => {
  const own = makeCertificate({ name: "self" });
  accepts([zcert(own, 1), ECDH], ROOT.pem + own.pem);
  const old = makeCertificate({ name: "self", notAfter: NOW - DAY });
  assertStringIncludes(refusal([zcert(old, 1), ECDH], ROOT.pem + old.pem), "expired");
});

Deno.test("same name, other key: the signature decides", () => {
  const twin = makeCertificate({ name: "test root", ca: true });
  const forged = leaf({ issuer: twin });
  assertStringIncludes(
    refusal([forged, ECDH]),
    'names "CN=test root" as its issuer, but was not signed by its key',
  );
  accepts([SIGNING, ECDH], twin.pem + ROOT.pem);
  const rsaTwin = makeCertificate({ name: "test root", ca: true, key: "RSA" });
  assertStringIncludes(refusal(certs, rsaTwin.pem), "was not signed by its key");
});

Deno.test("an RSA root and an RSA signing certificate are fine", () => {
  const rsaRoot = makeCertificate({ name: "rsa root", ca: true, key: "RSA" });
  const controller = makeController(rsaRoot, "RSA");
  accepts(controller.certs, rsaRoot.pem);
});

Deno.test("certificates that can't be read", () => {
  assertStringIncludes(
    refusal([{ ...SIGNING, cert: new Uint8Array(7) }, ECDH]),
    "found no CERTIFICATE block in 7 bytes",
  );
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  assertStringIncludes(refusal([SIGNING, zcert(broken, 3)]), "is no certificate");
  assertStringIncludes(refusal([...certs, zcert(broken, 2)]), "intermediate certificate");
  assertStringIncludes(refusal(certs, ""), "none of its 0 CERTIFICATE blocks is readable");
  assertStringIncludes(refusal(certs, broken), "none of its 1 CERTIFICATE blocks is readable");
  assertEquals(accepts(certs, `${broken}\n${ROOT.pem}`), SIGNING);
});
