/** Keys and certificates that openssl made, in each form it writes (`spec/client.md §4.1, 4.2`). */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import crypto, { X509Certificate } from "node:crypto";
import { ControllerConnError } from "./error.ts";
import { loadIdentity } from "./load_identity.ts";
import { pemBlocks } from "./pem.ts";

const text = (value: string) => new TextEncoder().encode(value);

async function openssl(args: string, stdin = ""): Promise<string> {
  const child = new Deno.Command("openssl", {
    args: args.split(" "),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(text(stdin));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  assert(success, `openssl ${args}: ${new TextDecoder().decode(stderr)} (apt-get install -y openssl)`);
  return new TextDecoder().decode(stdout);
}

/** A certificate for a key; openssl takes key files only, so the key goes through one. */
async function certificateOf(keyPem: string): Promise<string> {
  const file = await Deno.makeTempFile({ prefix: "eve-comms-key-" });
  try {
    await Deno.writeTextFile(file, keyPem);
    return await openssl(`req -x509 -new -key ${file} -subj /CN=EVE -days 2`);
  } finally {
    await Deno.remove(file);
  }
}

async function assertSigns(certificatePem: string, keyPem: string, length: number): Promise<void> {
  const signature = await loadIdentity(text(certificatePem), text(keyPem)).sign(text("payload"));
  const { publicKey } = new X509Certificate(certificatePem);
  assertEquals(signature.length, length);
  assert(crypto.verify("sha256", text("payload"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature));
}

const labels = (pem: string) => pemBlocks(pem).map((block) => block.label);
const relabelled = (pem: string) => pem.replaceAll("EC PRIVATE KEY", "PRIVATE KEY");

Deno.test("[device-api#39] openssl's keys: EC PARAMETERS in front, SEC1, SEC1 inside PRIVATE KEY, PKCS#8", async () => {
  for (const [curve, length] of [["prime256v1", 64], ["secp384r1", 96]] as const) {
    const withParameters = await openssl(`ecparam -name ${curve} -genkey`);
    assertEquals(labels(withParameters), ["EC PARAMETERS", "EC PRIVATE KEY"]);
    const certificate = await certificateOf(withParameters);
    const sec1 = await openssl("ec", withParameters);
    assertEquals(labels(sec1), ["EC PRIVATE KEY"]);
    const pkcs8 = await openssl("pkcs8 -topk8 -nocrypt", withParameters);
    assertEquals(labels(pkcs8), ["PRIVATE KEY"]);
    const withoutPublicKey = await openssl("ec -no_public", withParameters);
    const forms = [
      withParameters,
      sec1,
      relabelled(sec1),
      relabelled(withParameters),
      pkcs8,
      withoutPublicKey,
      relabelled(withoutPublicKey),
      `a comment\n${pkcs8.replaceAll("\n", "\r\n")}`,
    ];
    for (const form of forms) await assertSigns(certificate, form, length);
  }
});

Deno.test("openssl's other keys are refused in words: encrypted, Ed25519, secp256k1; RSA loads in all its forms", async () => {
  const key = await openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
  const certificate = await certificateOf(key);
  const refusal = (keyPem: string) => {
    const error = assertThrows(() => loadIdentity(text(certificate), text(keyPem)), ControllerConnError);
    assertEquals(error.kind, "identity");
    return error.message;
  };
  const encrypted = await openssl("pkcs8 -topk8 -passout pass:secret", key);
  assertStringIncludes(refusal(encrypted), "blocks found: ENCRYPTED PRIVATE KEY, none of them readable");
  const oldEncrypted = await openssl("ec -aes128 -passout pass:secret", key);
  assertStringIncludes(refusal(oldEncrypted), "blocks found: none");
  assertStringIncludes(refusal(await openssl("genpkey -algorithm ED25519")), "got a key of type ed25519");
  refusal(await openssl("ecparam -name secp256k1 -genkey"));
  refusal(await openssl("ecparam -name prime256v1 -genkey -param_enc explicit"));
  refusal(await openssl("ecparam -name prime256v1 -genkey"));

  const rsa = await openssl("genrsa 2048");
  const rsaCertificate = await certificateOf(rsa);
  for (const form of [rsa, await openssl("rsa -traditional", rsa)]) {
    assert(loadIdentity(text(rsaCertificate), text(form)).tlsKeyPem?.includes("PRIVATE KEY"));
  }
});
