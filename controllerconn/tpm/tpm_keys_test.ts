import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ControllerConnError } from "../error.ts";
import { fileSharedSecret } from "../object_encryption/shared_secret.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { pointOf, withPoint } from "../testdata/with_point.ts";
import { readEcdsaSignature } from "./structures.ts";
import { startSwtpm, type Swtpm } from "./testdata/swtpm.ts";
import { openTpm } from "./tpm.ts";
import { tpmIdentity } from "./tpm_identity.ts";
import { createDeviceKey, createEcdhKey, tpmKeyExists } from "./tpm_keys.ts";
import { tpmSharedSecret } from "./tpm_shared_secret.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const open = (swtpm: Swtpm) => openTpm({ run: swtpm.run, tcti: swtpm.tcti, folder: swtpm.folder });

Deno.test("the device key is made at 0x817FFFFF; made again, it is the same key with the new password", async () => {
  await using swtpm = await startSwtpm();
  const tpm = open(swtpm);
  assertEquals(await tpmKeyExists(tpm), false);
  const first = await createDeviceKey(tpm, bytes("one"));
  assertEquals(await tpmKeyExists(tpm), true);
  assertEquals(await createDeviceKey(tpm, bytes("two")), first);
  const certPem = bytes(withPoint(makeCertificate({ name: "EVE" }), pointOf(first)));
  const signsWith = (credential: string) =>
    tpmIdentity(tpm, { certPem, credential: bytes(credential) }).sign(bytes("x"));
  assertEquals((await signsWith("two")).length, 64);
  assertStringIncludes(
    (await assertRejects(() => signsWith("one"), ControllerConnError)).message,
    "the password is not that of the key",
  );
  assertEquals([...Deno.readDirSync(swtpm.folder)], []);
});

Deno.test("passwords that look like something else to the tools are taken as they are", async () => {
  await using swtpm = await startSwtpm();
  const tpm = open(swtpm);
  for (const credential of ["hex:00", "str:ab", "a b\n", "\n", "'\"$", "file:-", "ä-ö-ü"]) {
    const certPem = bytes(
      withPoint(makeCertificate({ name: "EVE" }), pointOf(await createDeviceKey(tpm, bytes(credential)))),
    );
    const identity = tpmIdentity(tpm, { certPem, credential: bytes(credential) });
    assertEquals((await identity.sign(bytes("x"))).length, 64, credential);
  }
});

Deno.test("a TPM that is gone is told apart from a key that is not there", async () => {
  await using swtpm = await startSwtpm();
  const tpm = open(swtpm);
  await swtpm.kill();
  const error = await assertRejects(() => tpmKeyExists(tpm), ControllerConnError);
  assertEquals(error.kind, "identity");
  assertStringIncludes(error.message, "tpm2_readpublic ended with code 1: ");
  assertStringIncludes(error.message, "it is not known whether the key is there");
  const creating = await assertRejects(() => createDeviceKey(tpm, bytes("one")), ControllerConnError);
  assertStringIncludes(creating.message, "the keys in the TPM stay as they are");
});

Deno.test("the TPM's ECDH key and a key in software find the same shared point", async () => {
  await using swtpm = await startSwtpm();
  const tpm = open(swtpm);
  const tpmPoint = pointOf(await createEcdhKey(tpm));
  const secret = tpmSharedSecret(tpm);
  for (let round = 0; round < 4; round++) {
    const software = makeCertificate({ name: "controller" });
    const expected = await fileSharedSecret(bytes(software.keyPem))(tpmPoint);
    assertEquals(await secret(pointOf(software.key)), expected);
  }
  assertEquals([...Deno.readDirSync(swtpm.folder)], []);
});

Deno.test("ECDH refuses a point off the curve without asking the TPM, and tells of a missing key or folder", async () => {
  await using swtpm = await startSwtpm();
  const point = pointOf(makeCertificate({ name: "controller" }).key);
  const fault = async (tpm: ReturnType<typeof openTpm>, publicPoint: Uint8Array) =>
    await assertRejects(() => tpmSharedSecret(tpm)(publicPoint), ControllerConnError);
  const off = point.slice();
  off[64] = (off[64] ?? 0) ^ 1;
  assertEquals((await fault(open(swtpm), off)).kind, "cipher");
  assertEquals(swtpm.calls, []);
  const missing = await fault(open(swtpm), point);
  assertEquals(missing.kind, "identity");
  assertStringIncludes(missing.message, "there is no key at this handle; nothing is decrypted");
  const bare = openTpm({ run: swtpm.run, tcti: swtpm.tcti });
  assertStringIncludes((await fault(bare, point)).message, "needs a folder for the files of its tools");
});

Deno.test("[device-api#5] r and s from the TPM get their leading zeros back", () => {
  const r = "11".repeat(31);
  const s = "22".repeat(30);
  const signature = readEcdsaSignature(Uint8Array.fromHex(`0018000b001f${r}001e${s}`));
  assertEquals(signature.toHex(), `00${r}0000${s}`);
  assert(signature.length === 64);
});
