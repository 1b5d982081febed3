import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import crypto, { type KeyObject, X509Certificate } from "node:crypto";
import { ControllerConnError } from "./error.ts";
import { loadIdentity } from "./load_identity.ts";
import { makeCertificate } from "./testdata/certificates.ts";
import { DEVICE, ONBOARD, ROOT } from "./testdata/device.ts";

const text = (value: string) => new TextEncoder().encode(value);

function pem(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${
    der.toBase64().match(/.{1,64}/g)?.join("\n")
  }\n-----END ${label}-----\n`;
}

const der = (key: KeyObject, type: "pkcs8" | "sec1") => new Uint8Array(key.export({ format: "der", type }));
const PARAMETERS = pem("EC PARAMETERS", Uint8Array.fromHex("06082a8648ce3d030107"));

async function signs(certificatePem: string, keyPem: string): Promise<boolean> {
  const identity = loadIdentity(text(certificatePem), text(keyPem));
  const signature = await identity.sign(text("payload"));
  const { publicKey } = new X509Certificate(certificatePem);
  return crypto.verify("sha256", text("payload"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
}

function refusal(certificatePem: string, keyPem: string): string {
  const error = assertThrows(() => loadIdentity(text(certificatePem), text(keyPem)), ControllerConnError);
  assertEquals(error.kind, "identity");
  return error.message;
}

Deno.test("[device-api#39] SEC1 in PRIVATE KEY, EC PARAMETERS + EC PRIVATE KEY, and PKCS#8 all load", async () => {
  const sec1 = der(DEVICE.key, "sec1");
  assert(await signs(DEVICE.pem, pem("PRIVATE KEY", sec1)));
  assert(await signs(DEVICE.pem, PARAMETERS + pem("EC PRIVATE KEY", sec1)));
  assert(await signs(DEVICE.pem, pem("PRIVATE KEY", der(DEVICE.key, "pkcs8"))));
  assert(await signs(DEVICE.pem, pem("EC PRIVATE KEY", der(DEVICE.key, "pkcs8"))));
});

Deno.test("the key for TLS is PKCS#8 PEM; the certificate file stays as it is", () => {
  const file = `a comment\n${DEVICE.pem}`;
  const identity = loadIdentity(text(file), text(pem("PRIVATE KEY", der(DEVICE.key, "sec1"))));
  assertEquals(identity.certPem, text(file));
  assertEquals(identity.tlsKeyPem?.trim(), DEVICE.keyPem.trim());
  assertEquals(identity.certHash.toHex(), crypto.createHash("sha256").update(DEVICE.der).digest("hex"));
});

Deno.test("the hash is that of the first certificate of the file", () => {
  const identity = loadIdentity(text(DEVICE.pem + ONBOARD.pem), text(DEVICE.keyPem));
  assertEquals(identity.certHash.toHex(), crypto.createHash("sha256").update(DEVICE.der).digest("hex"));
});

Deno.test("P-384 signs with 96 bytes", async () => {
  const certificate = makeCertificate({ name: "p384", key: "P-384" });
  const identity = loadIdentity(text(certificate.pem), text(certificate.keyPem));
  assertEquals((await identity.sign(text("x"))).length, 96);
  assert(await signs(certificate.pem, certificate.keyPem));
});

Deno.test("P-521 and P-224 are refused", () => {
  const certificate = makeCertificate({ name: "p521", issuer: ROOT, key: "P-521" });
  assertStringIncludes(
    refusal(certificate.pem, certificate.keyPem),
    "expected a key on P-256 or P-384, got one on",
  );
  const p224 = crypto.generateKeyPairSync("ec", { namedCurve: "P-224" }).privateKey;
  assertStringIncludes(
    refusal(DEVICE.pem, p224.export({ format: "pem", type: "pkcs8" }).toString()),
    "secp224r1",
  );
});

Deno.test("an RSA pair loads, but refuses to sign", async () => {
  const certificate = makeCertificate({ name: "rsa", key: "RSA" });
  const identity = loadIdentity(text(certificate.pem), text(certificate.keyPem));
  assert(identity.tlsKeyPem?.includes("PRIVATE KEY"));
  const error = await assertRejects(() => identity.sign(text("x")), ControllerConnError);
  assertEquals(error.kind, "identity");
  assertStringIncludes(error.message, "got an RSA key");
});

Deno.test("key and certificate that do not belong together are refused", () => {
  assertStringIncludes(refusal(DEVICE.pem, ONBOARD.keyPem), 'does not belong to the certificate "CN=EVE"');
});

Deno.test("bad files are named, and keys stay out of the messages", () => {
  assertStringIncludes(refusal("", DEVICE.keyPem), "certificate file: expected a PEM block CERTIFICATE");
  assertStringIncludes(refusal(pem("CERTIFICATE", text("nonsense")), DEVICE.keyPem), "is no certificate");
  assertStringIncludes(refusal(DEVICE.pem, ""), "key file: expected a PEM block");
  assertStringIncludes(refusal(DEVICE.pem, PARAMETERS), "blocks found: EC PARAMETERS");
  const broken = pem("PRIVATE KEY", text("secret scalar"));
  const message = refusal(DEVICE.pem, broken);
  assertStringIncludes(message, "none of them readable");
  assertFalse(message.includes(text("secret scalar").toBase64()));
  const ed25519 = crypto.generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" })
    .toString();
  assertStringIncludes(refusal(DEVICE.pem, ed25519), "got a key of type ed25519");
});
