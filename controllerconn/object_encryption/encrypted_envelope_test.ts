import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import crypto from "node:crypto";
import { cfb } from "@noble/ciphers/aes.js";
import protobuf from "protobufjs/minimal";
import { type AuthContainer, encodeAuthContainer, parseAuthContainer } from "../auth_container.ts";
import { ControllerConnError } from "../error.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { makeController, sealed } from "../testdata/controller.ts";
import { ROOT } from "../testdata/device.ts";
import { pointOf } from "../testdata/with_point.ts";
import { verifyAuthContainer } from "../verify_envelope.ts";
import type { ZCert } from "../types.ts";
import { finish, writeBytes, writeVarint } from "../wire.ts";
import type { CipherKeys } from "./cipher_block.ts";
import { decryptAuthContainer } from "./encrypted_envelope.ts";
import { fileSharedSecret } from "./shared_secret.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sha256 = (data: Uint8Array) => new Uint8Array(crypto.createHash("sha256").update(data).digest());

const device = makeCertificate({ name: "ecdh" });
const controller = makeController(ROOT);
const [signing, ecdh] = controller.certs as [ZCert, ZCert];
const deviceHash = sha256(bytes(device.pem)).slice(0, 16);
const payload = bytes("a ConfigResponse");
const keys: CipherKeys = {
  controllerCert: (hash) => controller.certs.find((cert) => cert.certHash.toHex() === hash.toHex())?.cert,
  sharedSecret: (hash) =>
    hash.toHex() === deviceHash.toHex() ? fileSharedSecret(bytes(device.keyPem)) : undefined,
};

function context(id: string): Uint8Array {
  const writer = new protobuf.Writer();
  writeBytes(writer, 1, bytes(id));
  for (const number of [2, 3, 4]) writeVarint(writer, number, 1);
  writeBytes(writer, 5, deviceHash);
  writeBytes(writer, 6, ecdh.certHash);
  return finish(writer);
}

/** As a controller does it: signs the payload, then encrypts it and leaves it out. */
async function encrypted(changes: Partial<AuthContainer> = {}): Promise<Uint8Array> {
  const shared = await fileSharedSecret(bytes(controller.ecdh.keyPem))(pointOf(device.key));
  const initialValue = crypto.randomBytes(16);
  const writer = new protobuf.Writer();
  writeBytes(writer, 1, bytes("loc"));
  writeBytes(writer, 2, initialValue);
  writeBytes(writer, 3, cfb(sha256(shared), initialValue).encrypt(payload));
  writeBytes(writer, 4, sha256(payload));
  const cipherData = finish(writer);
  const { algo, senderCertHash, signatureHash } = parseAuthContainer(sealed(payload, controller.signing));
  return encodeAuthContainer({
    algo,
    senderCertHash,
    signatureHash,
    cipherContext: context("loc"),
    cipherData,
    ...changes,
  });
}

async function refusal(contents: Uint8Array, kind: string, by: ZCert = signing): Promise<string> {
  const error = await assertRejects(() => decryptAuthContainer(contents, by, keys), ControllerConnError);
  assertEquals(error.kind, kind);
  return error.message;
}

Deno.test("an encrypted envelope is decrypted, then verifies; left as it is, it is refused", async () => {
  const contents = await encrypted();
  const refused = verifyAuthContainer(contents, signing);
  assertEquals(refused.error?.kind, "envelope");
  assertStringIncludes(refused.error?.message ?? "", "is encrypted, which is not allowed here");
  const clear = await decryptAuthContainer(contents, signing, keys);
  const { cipherContext, cipherData } = parseAuthContainer(clear);
  assertEquals([cipherContext, cipherData], [undefined, undefined]);
  const opened = verifyAuthContainer(clear, signing);
  assertEquals([opened.error, opened.payload], [undefined, payload]);
});

Deno.test("a signature of somebody else is found after decryption, another signer's name before it", async () => {
  const forged = await decryptAuthContainer(
    await encrypted({ signatureHash: new Uint8Array(64).fill(1) }),
    signing,
    keys,
  );
  assertEquals(verifyAuthContainer(forged, signing).error?.kind, "envelope-verify");
  const other = makeController(ROOT).certs[0] as ZCert;
  assertStringIncludes(
    await refusal(await encrypted(), "envelope-verify", other),
    "signed by the certificate",
  );
});

Deno.test("an envelope that is not encrypted comes back as it is; a broken or incomplete one is refused", async () => {
  const plain = sealed(payload, controller.signing);
  assertEquals(await decryptAuthContainer(plain, signing, keys), plain);
  const { cipherData, algo, senderCertHash } = parseAuthContainer(await encrypted());
  const withoutContext = encodeAuthContainer({
    algo,
    senderCertHash,
    ...(cipherData === undefined ? {} : { cipherData }),
  });
  assertStringIncludes(await refusal(withoutContext, "cipher"), "without a cipherContext");
  assertStringIncludes(
    await refusal(await encrypted({ cipherContext: context("other") }), "cipher"),
    'the context handed in is "other"',
  );
  await refusal(await encrypted({ cipherData: new Uint8Array(0) }), "cipher");
  await refusal(await encrypted({ cipherData: bytes("\xff\xff") }), "envelope");
  await refusal(bytes("\xff"), "envelope");
});
