import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import crypto, { X509Certificate } from "node:crypto";
import { addAuthentication, parseAuthContainer } from "../auth_container.ts";
import { ControllerConnError } from "../error.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { until } from "../testdata/until.ts";
import { pointOf, withPoint } from "../testdata/with_point.ts";
import { ZCertType } from "../controller_cert_list.ts";
import { SenderStatus } from "../sender_status.ts";
import { verifyAuthContainer } from "../verify_envelope.ts";
import { createDeviceKey } from "./testdata/make_keys.ts";
import { startSwtpm, type Swtpm } from "./testdata/swtpm.ts";
import { readEcdsaSignature } from "./structures.ts";
import { openTpm, type TpmOptions } from "./tpm.ts";
import { tpmIdentity } from "./tpm_identity.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
/** As EVE writes it: a random UUID, of which 7 characters count. */
const CREDENTIAL = bytes("3f2b8c14-6f0e-4d6a-9b5e-0d3c1a7e9f21");
const EVE = makeCertificate({ name: "EVE", ca: true });

/** A TPM with the device key, and the certificate of that key. */
async function provision(swtpm: Swtpm, changes: Partial<TpmOptions> = {}) {
  const certPem = withPoint(EVE, pointOf(await createDeviceKey(swtpm, CREDENTIAL)));
  const tpm = openTpm({ run: swtpm.run, tcti: swtpm.tcti, folder: swtpm.folder, ...changes });
  return {
    tpm,
    certPem: bytes(certPem),
    identity: tpmIdentity(tpm, { certPem: bytes(certPem), credential: CREDENTIAL }),
  };
}

async function failure(work: () => Promise<unknown>, kind = "identity"): Promise<string> {
  const error = await assertRejects(work, ControllerConnError);
  assertEquals(error.kind, kind, error.message);
  return error.message;
}

const isEmpty = (folder: string) => [...Deno.readDirSync(folder)].length === 0;

Deno.test("an envelope signed by the TPM verifies, as verifyAuthContainer and WebCrypto see it", async () => {
  await using swtpm = await startSwtpm();
  const { identity, certPem } = await provision(swtpm);
  const request = await addAuthentication(identity, bytes("payload"), false);
  const { senderCertHash, signatureHash, algo } = parseAuthContainer(request);
  const { raw, publicKey } = new X509Certificate(certPem);
  assertEquals(algo, 2);
  assertEquals(senderCertHash.toHex(), crypto.createHash("sha256").update(raw).digest("hex"));
  assertEquals(signatureHash.length, 64);
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await globalThis.crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  assert(await globalThis.crypto.subtle.verify(algorithm, key, signatureHash.slice(), bytes("payload")));

  // As if a controller had this key: its certificates are named by the hash of the PEM.
  const asController = {
    ...identity,
    certHash: new Uint8Array(crypto.createHash("sha256").update(certPem).digest()),
  };
  const type = ZCertType.CERT_TYPE_CONTROLLER_SIGNING;
  const zcert = { hashAlgo: 2, certHash: asController.certHash, type, cert: certPem };
  const opened = verifyAuthContainer(await addAuthentication(asController, bytes("answer"), false), zcert);
  assertEquals([opened.status, opened.error], [SenderStatus.SenderStatusNone, undefined]);
  assertEquals(opened.payload, bytes("answer"));
});

Deno.test("the password is neither on a command line nor in a file, and no file stays", async () => {
  await using swtpm = await startSwtpm();
  const { identity } = await provision(swtpm);
  assertEquals((await identity.sign(bytes("x"))).length, 64);
  const [sign] = swtpm.calls.filter((call) => call.startsWith("tpm2_sign"));
  assertStringIncludes(sign ?? "", "-Q -c 0x817FFFFF -g sha256 -s ecdsa -d -f tss -o /dev/stdout -p file:- ");
  assertEquals(swtpm.calls.filter((call) => call.includes("hex:") || call.includes("3f2b8c1")), []);
  assert(isEmpty(swtpm.folder));
});

Deno.test("without a folder a signature works all the same", async () => {
  await using swtpm = await startSwtpm();
  const { certPem } = await provision(swtpm);
  const bare = openTpm({ run: swtpm.run, tcti: swtpm.tcti });
  const identity = tpmIdentity(bare, { certPem, credential: CREDENTIAL });
  assertEquals((await identity.sign(bytes("x"))).length, 64);
  const wrong = tpmIdentity(bare, { certPem, credential: bytes("another") });
  const message = await failure(() => wrong.sign(bytes("x")));
  assertStringIncludes(message, "the password is not that of the key");
  assertEquals(message.includes(bytes("another").toHex()), false);
});

Deno.test("many signatures at once are made one after the other, each of its own payload", async () => {
  await using swtpm = await startSwtpm();
  const { identity, certPem } = await provision(swtpm);
  const { publicKey } = new X509Certificate(certPem);
  const payloads = Array.from({ length: 12 }, (_, index) => bytes(`payload ${index}`));
  const signatures = await Promise.all(payloads.map((payload) => identity.sign(payload)));
  for (const [index, payload] of payloads.entries()) {
    const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
    assert(crypto.verify("sha256", payload, key, signatures[index] ?? new Uint8Array(64)));
  }
  assertEquals(swtpm.mostAtOnce(), 1);
});

Deno.test("a wrong password: tool, exit code, what it said, what happens next; the right one works after it", async () => {
  await using swtpm = await startSwtpm();
  const { tpm, certPem, identity } = await provision(swtpm);
  const wrong = tpmIdentity(tpm, { certPem, credential: bytes("wrong-password") });
  const message = await failure(() => wrong.sign(bytes("x")));
  assertStringIncludes(message, "TPM: tpm2_sign ended with code 1: ");
  assertStringIncludes(message, "(0x9A2) - tpm:session(1):authorization failure without DA implications");
  assertStringIncludes(message, "the password is not that of the key; nothing is sent");
  assertEquals((await identity.sign(bytes("x"))).length, 64);
  assert(isEmpty(swtpm.folder));
});

Deno.test("no key at the handle, and no password file", async () => {
  await using swtpm = await startSwtpm();
  const tpm = openTpm({ run: swtpm.run, tcti: swtpm.tcti, folder: swtpm.folder });
  for (const credential of [CREDENTIAL, new Uint8Array(0)]) {
    const identity = tpmIdentity(tpm, { certPem: bytes(EVE.pem), credential });
    assertStringIncludes(
      await failure(() => identity.sign(bytes("x"))),
      "there is no key at this handle; nothing",
    );
  }
});

Deno.test("a certificate of another key is found out before anything is sent", async () => {
  await using swtpm = await startSwtpm();
  const { tpm } = await provision(swtpm);
  const other = tpmIdentity(tpm, { certPem: bytes(EVE.pem), credential: CREDENTIAL });
  assertStringIncludes(
    await failure(() => other.sign(bytes("x"))),
    'the key at 0x817FFFFF does not belong to the certificate "CN=EVE"',
  );
});

Deno.test("a TPM that is gone before or in the midst of the work is an error, and never a hang", async () => {
  await using swtpm = await startSwtpm();
  const { identity } = await provision(swtpm);
  const before = swtpm.calls.length;
  swtpm.freeze();
  const signing = failure(() => identity.sign(bytes("x")));
  await until(() => swtpm.calls.length > before, "the tool to start");
  await swtpm.kill();
  assertStringIncludes(await signing, "TPM: tpm2_sign ended with code ");
  const message = await failure(() => identity.sign(bytes("x")));
  assertStringIncludes(message, "the TPM can't be reached; nothing is sent");
  assert(isEmpty(swtpm.folder));
});

Deno.test("a TPM that does not answer costs the time limit, once for each signature", async () => {
  await using swtpm = await startSwtpm();
  const { identity } = await provision(swtpm, { timeoutMs: 200 });
  swtpm.freeze();
  const messages = await Promise.all([1, 2].map(() => failure(() => identity.sign(bytes("x")))));
  for (const message of messages) {
    assertEquals(message, "TPM: tpm2_sign: no answer from the TPM in 200 ms; nothing is sent");
  }
  assert(isEmpty(swtpm.folder));
});

Deno.test("the signal ends the running tool and whatever waits behind it", async () => {
  await using swtpm = await startSwtpm();
  const ending = new AbortController();
  const { identity } = await provision(swtpm, { signal: ending.signal });
  const before = swtpm.calls.length;
  swtpm.freeze();
  const signing = [1, 2, 3].map(() => failure(() => identity.sign(bytes("x")), "aborted"));
  await until(() => swtpm.calls.length > before, "the tool to start");
  ending.abort();
  for (const message of await Promise.all(signing)) assertStringIncludes(message, "ended by the caller");
  assertEquals(swtpm.calls.length, before + 1);
  assert(isEmpty(swtpm.folder));
});

Deno.test("a missing tool, a missing folder, and an answer that is none", async () => {
  const answers = { code: -1, stdout: new Uint8Array(0), stderr: "NotFound: tpm2_sign" };
  const identity = (options: Partial<TpmOptions> = {}) =>
    tpmIdentity(openTpm({ run: () => Promise.resolve(answers), ...options }), {
      certPem: bytes(EVE.pem),
      credential: CREDENTIAL,
    });
  assertEquals(
    await failure(() => identity().sign(bytes("x"))),
    "TPM: tpm2_sign could not be started: NotFound: tpm2_sign; nothing is sent",
  );
  const nowhere = identity({ folder: "/nonexistent" });
  assertStringIncludes(await failure(() => nowhere.sign(bytes("x"))), "can be made in /nonexistent");
  for (const hex of ["", "00", "0018000b", "0018000b0021", `0018000b0020${"11".repeat(64)}`]) {
    const run = () => Promise.resolve({ code: 0, stdout: Uint8Array.fromHex(hex), stderr: "" });
    assertStringIncludes(
      await failure(() => identity({ run }).sign(bytes("x"))),
      `expected a signature (TPMT_SIGNATURE, ECDSA over SHA-256 on P-256), got ${hex.length / 2} bytes`,
    );
  }
});

Deno.test("a device certificate that can't be used is refused at once, in words", () => {
  const tpm = openTpm({ run: () => Promise.reject(new Error("not asked")) });
  const refusal = (certPem: string) => {
    const error = assertThrows(
      () => tpmIdentity(tpm, { certPem: bytes(certPem), credential: CREDENTIAL }),
      ControllerConnError,
    );
    assertEquals(error.kind, "identity");
    return error.message;
  };
  assertStringIncludes(refusal("nothing"), "expected a PEM block CERTIFICATE");
  assertStringIncludes(
    refusal("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    "is no certificate",
  );
  assertStringIncludes(refusal(makeCertificate({ name: "x", key: "RSA" }).pem), "expected a key on P-256");
  assertStringIncludes(refusal(makeCertificate({ name: "x", key: "P-384" }).pem), "got secp384r1");
  assertEquals(tpmIdentity(tpm, { certPem: bytes(EVE.pem), credential: CREDENTIAL }).tlsKeyPem, undefined);
});

Deno.test("passwords that look like something else to the tools are taken as they are", async () => {
  await using swtpm = await startSwtpm();
  const tpm = openTpm({ run: swtpm.run, tcti: swtpm.tcti, folder: swtpm.folder });
  for (const credential of ["hex:00", "str:ab", "a b\n", "\n", "'\"$", "file:-", "ä-ö-ü"]) {
    const certPem = bytes(
      withPoint(makeCertificate({ name: "EVE" }), pointOf(await createDeviceKey(swtpm, bytes(credential)))),
    );
    const identity = tpmIdentity(tpm, { certPem, credential: bytes(credential) });
    assertEquals((await identity.sign(bytes("x"))).length, 64, credential);
  }
});

Deno.test("[device-api#5] r and s from the TPM get their leading zeros back", () => {
  const r = "11".repeat(31);
  const s = "22".repeat(30);
  const signature = readEcdsaSignature(Uint8Array.fromHex(`0018000b001f${r}001e${s}`));
  assertEquals(signature.toHex(), `00${r}0000${s}`);
  assert(signature.length === 64);
});
