import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import crypto from "node:crypto";
import { cfb } from "@noble/ciphers/aes.js";
import { ControllerConnError } from "../error.ts";
import { readPrivateKey } from "../private_key.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { pointOf, withPoint } from "../testdata/with_point.ts";
import {
  type CipherBlockFields,
  type CipherContextFields,
  type CipherKeys,
  decryptCipherBlock,
} from "./cipher_block.ts";
import { fileSharedSecret } from "./shared_secret.ts";
import { VECTOR, vectorKeyPem } from "./testdata/vector.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sha256 = (data: Uint8Array) => new Uint8Array(crypto.createHash("sha256").update(data).digest());

const ctl = makeCertificate({ name: "ctl" });
const controllerPem = bytes(withPoint(ctl, VECTOR.controllerPoint));
const secret = fileSharedSecret(bytes(vectorKeyPem()));
const context: CipherContextFields = {
  contextId: "context-1",
  keyExchangeScheme: 1,
  encryptionScheme: 1,
  deviceCertHash: bytes("device"),
  controllerCertHash: bytes("controller"),
};
const block: CipherBlockFields = {
  cipherContextId: "context-1",
  initialValue: VECTOR.initialValue,
  cipherData: VECTOR.cipherData,
  clearTextSha256: VECTOR.clearTextSha256,
};
const known: CipherKeys = {
  controllerCert: (hash) => hash.toHex() === context.controllerCertHash.toHex() ? controllerPem : undefined,
  sharedSecret: (hash) => hash.toHex() === context.deviceCertHash.toHex() ? secret : undefined,
};
const withController = (pem: Uint8Array): CipherKeys => ({ ...known, controllerCert: () => pem });

/** A refusal names the context and never shows clear text. */
async function refusal(
  changes: Partial<CipherBlockFields>,
  contextChanges: Partial<CipherContextFields> = {},
  keys = known,
): Promise<string> {
  const error = await assertRejects(
    () => decryptCipherBlock({ ...block, ...changes }, { ...context, ...contextChanges }, keys),
    ControllerConnError,
  );
  assertEquals(error.kind, "cipher");
  assertEquals(error.message.includes("secret-wifi"), false);
  assertStringIncludes(error.message, "decrypted");
  return error.message;
}

Deno.test("[device-api#31] the vector decrypts; a wrong clearTextSha256 and an RSA controller certificate fail", async () => {
  assertEquals(await decryptCipherBlock(block, context, known), VECTOR.clearText);
  const wrong = VECTOR.clearTextSha256.slice();
  wrong[31] = (wrong[31] ?? 0) ^ 1;
  assertStringIncludes(await refusal({ clearTextSha256: wrong }), "clear text is not clearTextSha256");
  const rsa = withController(bytes(makeCertificate({ name: "rsa", key: "RSA" }).pem));
  assertStringIncludes(await refusal({}, {}, rsa), "expected a key on P-256, got rsa");
});

Deno.test("what a controller encrypts, the device decrypts: one byte to a megabyte", async () => {
  const shared = await fileSharedSecret(bytes(ctl.keyPem))(
    pointOf(readPrivateKey(bytes(vectorKeyPem()))),
  );
  for (const length of [1, 15, 16, 17, 1000, 1_000_000]) {
    const clearText = new Uint8Array(length).fill(length & 255);
    const initialValue = crypto.randomBytes(16);
    const cipherData = cfb(sha256(shared), initialValue).encrypt(clearText);
    const sent = { ...block, initialValue, cipherData, clearTextSha256: sha256(clearText) };
    assertEquals(await decryptCipherBlock(sent, context, withController(bytes(ctl.pem))), clearText);
  }
});

Deno.test("changed data, another IV, and another key of either side are found out by the hash", async () => {
  const changed = VECTOR.cipherData.slice();
  changed[0] = (changed[0] ?? 0) ^ 1;
  const expected = "the SHA-256 of the clear text is not clearTextSha256";
  assertStringIncludes(await refusal({ cipherData: changed }), expected);
  assertStringIncludes(await refusal({ cipherData: VECTOR.cipherData.slice(1) }), expected);
  assertStringIncludes(await refusal({ initialValue: new Uint8Array(16) }), expected);
  assertStringIncludes(await refusal({}, {}, withController(bytes(ctl.pem))), expected);
  const other = fileSharedSecret(bytes(makeCertificate({ name: "other" }).keyPem));
  assertStringIncludes(await refusal({}, {}, { ...known, sharedSecret: () => other }), expected);
});

Deno.test("a block that lacks a part is refused and says which", async () => {
  const none = new Uint8Array(0);
  assertStringIncludes(await refusal({ cipherData: none }), "expected cipherData, got none");
  assertStringIncludes(await refusal({ cipherContextId: "" }), "expected a cipherContextId");
  assertStringIncludes(await refusal({ initialValue: none }), "expected an initialValue of 16 bytes, got 0");
  assertStringIncludes(await refusal({ initialValue: new Uint8Array(12) }), "of 16 bytes, got 12");
  assertStringIncludes(
    await refusal({ clearTextSha256: none }),
    "expected a clearTextSha256 of 32 bytes, got 0",
  );
});

Deno.test("a context that is missing, another one, or of another scheme is refused", async () => {
  const error = await assertRejects(() => decryptCipherBlock(block, undefined, known), ControllerConnError);
  assertStringIncludes(error.message, '"context-1": no cipher context with this id has come');
  assertStringIncludes(await refusal({}, { contextId: "b" }), 'the context handed in is "b"');
  assertStringIncludes(await refusal({}, { keyExchangeScheme: 0 }), "expected key exchange 1 (ECDH), got 0");
  assertStringIncludes(
    await refusal({}, { encryptionScheme: 2 }),
    "expected encryption 1 (AES-256-CFB), got 2",
  );
});

Deno.test("the hashes of the context choose the certificates; unknown ones are named in hex", async () => {
  const hash = Uint8Array.fromHex("00ff10");
  assertStringIncludes(
    await refusal({}, { controllerCertHash: hash }),
    "controller certificate with hash 00ff10 is not known",
  );
  assertStringIncludes(
    await refusal({}, { deviceCertHash: hash }),
    "no key for the device certificate with hash 00ff10",
  );
});

Deno.test("a hostile controller certificate is refused, not fatal", async () => {
  assertStringIncludes(await refusal({}, {}, withController(bytes("x"))), "found no CERTIFICATE block");
  const garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assertStringIncludes(await refusal({}, {}, withController(bytes(garbage))), "can't be read");
  const off = VECTOR.controllerPoint.slice();
  off[64] = (off[64] ?? 0) ^ 1;
  assertStringIncludes(
    await refusal({}, {}, withController(bytes(withPoint(ctl, off)))),
    "its key is no point of its curve",
  );
  const p384 = bytes(makeCertificate({ name: "p384", key: "P-384" }).pem);
  assertStringIncludes(await refusal({}, {}, withController(p384)), "got secp384r1");
});

Deno.test("the first certificate of the controller's PEM counts; a shared point of another length is refused", async () => {
  const both = bytes(new TextDecoder().decode(controllerPem) + ctl.pem);
  assertEquals(await decryptCipherBlock(block, context, withController(both)), VECTOR.clearText);
  const short: CipherKeys = {
    ...known,
    sharedSecret: () => () => Promise.resolve(new Uint8Array(32)),
  };
  assertStringIncludes(await refusal({}, {}, short), "expected a shared point of 64 bytes, got 32");
});
