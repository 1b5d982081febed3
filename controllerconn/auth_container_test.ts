import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import crypto, { X509Certificate } from "node:crypto";
import { addAuthentication, encodeAuthContainer, parseAuthContainer } from "./auth_container.ts";
import { decodeControllerCerts, encodeControllerCerts, sameCertHashes } from "./controller_cert_list.ts";
import { ControllerConnError } from "./error.ts";
import { loadIdentity } from "./load_identity.ts";
import { DEVICE, identityOf, ONBOARD, ROOT } from "./testdata/device.ts";
import { makeController } from "./testdata/controller.ts";
import { DEVICE_PEM, DEVICE_SCALAR, UUID_REQUEST, UUID_RESPONSE } from "./testdata/vectors.ts";

const text = (value: string) => new TextEncoder().encode(value);
const EMPTY = new Uint8Array(0);

function vectorIdentity() {
  const jwk = new X509Certificate(DEVICE_PEM).publicKey.export({ format: "jwk" });
  const d = Uint8Array.fromHex(DEVICE_SCALAR).toBase64({ alphabet: "base64url", omitPadding: true });
  const key = crypto.createPrivateKey({ key: { ...jwk, d }, format: "jwk" });
  return loadIdentity(text(DEVICE_PEM), text(key.export({ format: "pem", type: "pkcs8" }).toString()));
}

Deno.test("[device-api#4][device-api#6] empty uuid request has the 104-byte layout of §4.7", async () => {
  assertEquals(UUID_REQUEST.length, 104);
  const request = await addAuthentication(vectorIdentity(), EMPTY, false);
  assertEquals(request.length, 104);
  // All but the signature is the same in every request.
  assertEquals(request.slice(0, 40).toHex(), UUID_REQUEST.slice(0, 40).toHex());
  const { algo, senderCertHash, signatureHash, senderCert, payload } = parseAuthContainer(request);
  const certificate = new X509Certificate(DEVICE_PEM);
  assertEquals(algo, 2);
  assertEquals(senderCertHash.toHex(), crypto.createHash("sha256").update(certificate.raw).digest("hex"));
  assertEquals([payload, senderCert], [EMPTY, EMPTY]);
  const key = { key: certificate.publicKey, dsaEncoding: "ieee-p1363" as const };
  assert(crypto.verify("sha256", EMPTY, key, signatureHash));
  assert(
    crypto.verify("sha256", EMPTY, key, parseAuthContainer(UUID_REQUEST).signatureHash),
    "the page's own vector",
  );
});

Deno.test("both vectors are read and written back byte for byte", () => {
  for (const vector of [UUID_REQUEST, UUID_RESPONSE]) {
    assertEquals(encodeAuthContainer(parseAuthContainer(vector)).toHex(), vector.toHex());
  }
});

Deno.test("[device-api#5] signatures have a fixed length, also where r or s starts with a zero byte", async () => {
  const identity = identityOf(DEVICE);
  const key = { key: new X509Certificate(DEVICE.pem).publicKey, dsaEncoding: "ieee-p1363" as const };
  const seen = { r: false, s: false };
  for (let count = 0; count < 20_000 && !(seen.r && seen.s); count++) {
    const payload = text(`payload ${count}`);
    const signature = await identity.sign(payload);
    assertEquals(signature.length, 64);
    if (signature[0] !== 0 && signature[32] !== 0) continue;
    seen.r ||= signature[0] === 0;
    seen.s ||= signature[32] === 0;
    assert(crypto.verify("sha256", payload, key, signature));
  }
  assertEquals(seen, { r: true, s: true });
});

Deno.test("senderCert is the base64 text of the PEM file, and stands last", async () => {
  const envelope = await addAuthentication(identityOf(ONBOARD), text("x"), true);
  const { senderCert } = parseAuthContainer(envelope);
  assertEquals(new TextDecoder().decode(senderCert), btoa(ONBOARD.pem));
  assertEquals(envelope.slice(-senderCert.length).toHex(), senderCert.toHex());
});

Deno.test("an identity without a hash or certificate sends nothing", async () => {
  const identity = identityOf(ONBOARD);
  const noHash = { ...identity, certHash: EMPTY };
  const noCert = { ...identity, certPem: EMPTY };
  const first = await assertRejects(() => addAuthentication(noHash, EMPTY, false), ControllerConnError);
  assertStringIncludes(first.message, "expected 32 bytes, got 0");
  await assertRejects(
    () => addAuthentication(noCert, EMPTY, true),
    ControllerConnError,
    "onboarding certificate",
  );
});

Deno.test("unknown fields and wire types are skipped, the last value wins", () => {
  const more = Uint8Array.fromHex(
    "0a030a0141" + "0a030a0142" + "1003" + "1001" + "4d00000000" + "f2010161" + "1a0101" + "1a020102" +
      "10ffffffffffffffffff01",
  );
  const { payload, algo, senderCertHash, cipherData } = parseAuthContainer(more);
  assertEquals([payload, senderCertHash, cipherData], [text("B"), Uint8Array.of(1, 2), undefined]);
  assertEquals(algo, 0xffffffff, "an enum out of range stays visible");
});

Deno.test("an encrypted envelope can be told apart", () => {
  const { payload, cipherContext, cipherData } = parseAuthContainer(Uint8Array.fromHex("32003a020a00"));
  assertEquals([payload, cipherContext, cipherData], [undefined, EMPTY, Uint8Array.of(0x0a, 0)]);
});

Deno.test("protobuf garbage is an error of kind envelope, whatever it is", () => {
  const deep = new Uint8Array(200_000).fill(0x0b);
  for (
    const garbage of [
      "ff",
      "0a",
      "0a05 41",
      "0a 05 ffffffffff",
      "1affffffffffffffff7f",
      "0f",
      "00",
      "0a020aff",
    ]
  ) {
    const bytes = Uint8Array.fromHex(garbage.replaceAll(" ", ""));
    const error = assertThrows(() => parseAuthContainer(bytes), ControllerConnError);
    assertEquals(error.kind, "envelope", garbage);
    assertStringIncludes(error.message, "expected a protobuf message");
  }
  assertEquals(assertThrows(() => parseAuthContainer(deep), ControllerConnError).kind, "envelope");
  assertEquals(
    assertThrows(() => parseAuthContainer(text("<html>no</html>")), ControllerConnError).kind,
    "envelope",
  );
});

Deno.test("cut anywhere, a response parses to less or fails with kind envelope", () => {
  for (let length = 0; length < UUID_RESPONSE.length; length++) {
    try {
      parseAuthContainer(UUID_RESPONSE.slice(0, length));
    } catch (error) {
      assert(error instanceof ControllerConnError && error.kind === "envelope", String(error));
    }
  }
});

Deno.test("list of controller certificates: written, read, compared as a set", () => {
  const { certs } = makeController(ROOT);
  assertEquals(decodeControllerCerts(encodeControllerCerts(certs)), certs);
  assert(sameCertHashes(certs, certs.toReversed()));
  assert(!sameCertHashes(certs, certs.slice(1)));
  assert(!sameCertHashes(certs.slice(1), certs));
  assertThrows(() => decodeControllerCerts(text("\n\u0001")), ControllerConnError);
});
