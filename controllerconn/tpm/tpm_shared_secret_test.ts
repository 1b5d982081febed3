/** ECDH with a key in the TPM, against keys in software. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ControllerConnError } from "../error.ts";
import { fileSharedSecret } from "../object_encryption/shared_secret.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { pointOf } from "../testdata/with_point.ts";
import { createEcdhKey } from "./testdata/make_keys.ts";
import { startSwtpm, type Swtpm } from "./testdata/swtpm.ts";
import { openTpm } from "./tpm.ts";
import { tpmSharedSecret } from "./tpm_shared_secret.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const open = (swtpm: Swtpm) => openTpm({ run: swtpm.run, tcti: swtpm.tcti, folder: swtpm.folder });

Deno.test("the TPM's ECDH key and a key in software find the same shared point", async () => {
  await using swtpm = await startSwtpm();
  const tpm = open(swtpm);
  const tpmPoint = pointOf(await createEcdhKey(swtpm));
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
