import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import {
  certifies,
  decodePem,
  type DeviceFiles,
  type KeyedCertificate,
  makeControllerLeaf,
  makeControllerPki,
  makeDeviceIdentity,
  makeOnboardIdentity,
  readControllerPki,
  serverChainPem,
} from "./mod.ts";
import * as x509 from "./x509.ts";

function parsed({ certPem }: KeyedCertificate): X509Certificate {
  return new X509Certificate(certPem);
}

/** node:crypto of Deno 2.7.14 gives key usages where Node gives extended ones. */
function extendedUsages({ certPem }: KeyedCertificate): unknown[] {
  return [...new x509.X509Certificate(certPem).getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? []];
}

function issuedBy(child: KeyedCertificate, issuer: KeyedCertificate): boolean {
  return parsed(child).checkIssued(parsed(issuer)) && parsed(child).verify(parsed(issuer).publicKey);
}

function spki(key: ReturnType<typeof createPublicKey>): string {
  return key.export({ type: "spki", format: "der" }).toString("hex");
}

Deno.test("a controller's set: three different P-256 leaves below one CA, SAN on the server's", async () => {
  const pki = await makeControllerPki({ hosts: ["127.0.0.1", "controller.example"] });
  assert(parsed(pki.root).ca);
  assert(issuedBy(pki.root, pki.root));
  for (const leaf of [pki.server, pki.signing, pki.ecdh]) {
    assert(issuedBy(leaf, pki.root));
    assertFalse(parsed(leaf).ca);
    assertEquals(parsed(leaf).publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
    assertEquals(extendedUsages(leaf), ["1.3.6.1.5.5.7.3.1"]);
    assertEquals(spki(createPublicKey(leaf.keyPem)), spki(parsed(leaf).publicKey));
  }
  assertEquals(new Set([pki.server, pki.signing, pki.ecdh].map(({ certPem }) => certPem)).size, 3);
  assert(certifies(pki.server, "127.0.0.1") && certifies(pki.server, "controller.example"));
  assertFalse(certifies(pki.server, "127.0.0.2"));
});

Deno.test("broken sets for tests: each is broken in the way that was asked for", async () => {
  const hosts = ["localhost"];
  const deep = await makeControllerPki({ hosts, intermediates: 2 });
  const [upper, lower] = deep.intermediates;
  assert(upper !== undefined && lower !== undefined);
  assert(issuedBy(upper, deep.root) && issuedBy(lower, upper) && issuedBy(deep.signing, lower));
  assertEquals(serverChainPem(deep), deep.server.certPem + lower.certPem + upper.certPem);

  const odd = await makeControllerPki({
    hosts,
    server: { commonNameOnly: true },
    signing: { kind: "RSA-2048" },
    ecdh: { foreignRoot: true },
  });
  assertEquals(parsed(odd.server).subjectAltName, undefined);
  assertFalse(certifies(odd.server, "localhost"));
  assertEquals(parsed(odd.signing).publicKey.asymmetricKeyType, "rsa");
  assert(issuedBy(odd.signing, odd.root));
  assertFalse(issuedBy(odd.ecdh, odd.root));

  const expired = await makeControllerLeaf(odd, "expired", { expired: true, extendedUsages: ["clientAuth"] });
  assert(Date.parse(parsed(expired).validTo) < Date.now());
  assertEquals(extendedUsages(expired), ["1.3.6.1.5.5.7.3.2"]);
});

Deno.test("a set is written with closed key files and read back; a torn folder is an error", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const pki = await makeControllerPki({
      hosts: ["::1"],
      intermediates: 1,
      signing: { kind: "RSA-2048" },
      dir,
    });
    const read = await readControllerPki(dir);
    assert(read !== undefined);
    assertEquals(read.signing.kind, "RSA-2048");
    assertEquals(
      read.intermediates.map(({ certPem }) => certPem),
      pki.intermediates.map(({ certPem }) => certPem),
    );
    const mode = (await Deno.stat(`${dir}/root-key.pem`)).mode ?? 0;
    assertEquals(mode & 0o777, 0o600);
    assert(issuedBy(await makeControllerLeaf(read, "next"), read.intermediates[0] ?? read.root));
    await Deno.remove(`${dir}/ecdh.pem`);
    await assertRejects(() => readControllerPki(dir), Error, "not all of server, signing and ecdh");
    assertEquals(await readControllerPki(`${dir}/nowhere`), undefined);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the device identity is what tpmmgr makes, SEC1 under the label of PKCS#8", async () => {
  const device = await makeDeviceIdentity();
  const certificate = parsed(device);
  assertEquals(certificate.subject, "O=The Linux Foundation\nCN=EVE");
  assertEquals(certificate.issuer, certificate.subject);
  assert(certificate.ca && issuedBy(device, device));
  assertEquals(extendedUsages(device), ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
  const years = (Date.parse(certificate.validTo) - Date.now()) / (365.25 * 86_400_000);
  assert(years > 19.9 && years < 20.1, `${years} years`);
  const der = decodePem("PRIVATE KEY", device.keyFile);
  assertThrows(() => createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" }));
  assertEquals(publicOf(der), spki(certificate.publicKey));
});

Deno.test("the onboarding identity: curve block first, then the key; not a CA", async () => {
  const onboard: DeviceFiles = await makeOnboardIdentity({ commonName: "key-1", expired: true });
  assert(onboard.keyFile.startsWith("-----BEGIN EC PARAMETERS-----"));
  assertEquals(publicOf(decodePem("EC PRIVATE KEY", onboard.keyFile)), spki(parsed(onboard).publicKey));
  assertEquals(parsed(onboard).subject, "O=eve-comms\nCN=key-1");
  assertFalse(parsed(onboard).ca);
  assert(Date.parse(parsed(onboard).validTo) < Date.now());
});

function publicOf(sec1: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.from(sec1), format: "der", type: "sec1" });
  return spki(createPublicKey(key.export({ type: "pkcs8", format: "pem" }).toString()));
}
