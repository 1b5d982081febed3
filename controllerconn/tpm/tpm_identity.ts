/** A signing identity whose key never leaves the TPM (`spec/controllerconn.md §9.2, 10.1`, decisions.md 17). */
import crypto, { type X509Certificate } from "node:crypto";
import { ControllerConnError } from "../error.ts";
import type { SigningIdentity } from "../identity.ts";
import { readIdentityCertificate } from "../identity_certificate.ts";
import { handleText, passwordText, TPM_DEVICE_KEY } from "./handles.ts";
import { readEcdsaSignature } from "./structures.ts";
import type { Tpm, TpmTurn } from "./tpm.ts";

/** See {@linkcode tpmIdentity}. */
export interface TpmIdentityOptions {
  /** The bytes of `/config/device.cert.pem`. */
  readonly certPem: Uint8Array;
  /** The bytes of `/config/tpm_credential`. */
  readonly credential: Uint8Array;
  /** 0x817FFFFF by default. */
  readonly handle?: number;
}

const NEXT = "nothing is sent";

/**
 * The certificate comes from its file, the key stays in the TPM. Nothing is asked of the TPM until the first signature;
 * each signature is checked against the certificate before it is given out, so a key that does not belong to the
 * certificate is found out here and not by the controller.
 * @throws {ControllerConnError} `identity`: the certificate can't be read or has no key on P-256. `sign` throws
 * `identity` (tool, exit code, what it said) and `aborted`
 */
export function tpmIdentity(tpm: Tpm, options: TpmIdentityOptions): SigningIdentity {
  const { certPem, credential } = options;
  const { certificate, certHash } = readIdentityCertificate(certPem);
  const publicKey = publicKeyOf(certificate);
  const handle = handleText(options.handle ?? TPM_DEVICE_KEY);
  return {
    certPem,
    certHash,
    async sign(payload) {
      const digest = new Uint8Array(crypto.createHash("sha256").update(payload).digest());
      const answer = await tpm.inTurn((turn) => signDigest(tpm, turn, handle, digest, credential));
      const signature = readEcdsaSignature(answer);
      if (!crypto.verify("sha256", payload, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)) {
        throw new ControllerConnError(
          "identity",
          `TPM: the key at ${handle} does not belong to the certificate ${
            JSON.stringify(certificate.subject)
          }: its signature does not match; ${NEXT}`,
        );
      }
      return signature;
    },
  };
}

function publicKeyOf(certificate: X509Certificate): crypto.KeyObject {
  let found: string;
  try {
    const { publicKey } = certificate;
    found = publicKey.asymmetricKeyDetails?.namedCurve ?? publicKey.asymmetricKeyType ?? "unknown";
    if (found === "prime256v1") return publicKey;
  } catch (cause) {
    found = `one that can't be read (${cause instanceof Error ? cause.message : String(cause)})`;
  }
  throw new ControllerConnError(
    "identity",
    `certificate file: expected a key on P-256, as EVE keeps it in a TPM, got ${found}`,
  );
}

/** Digest and password can't both come through stdin: with a folder the digest goes through a file. */
async function signDigest(
  tpm: Tpm,
  turn: TpmTurn,
  handle: string,
  digest: Uint8Array,
  credential: Uint8Array,
): Promise<Uint8Array> {
  const args = ["-c", handle, "-g", "sha256", "-s", "ecdsa", "-d", "-f", "tss", "-o", "/dev/stdout"];
  const password = passwordText(credential);
  if (password === undefined) return await turn.run("tpm2_sign", args, NEXT, digest);
  if (!tpm.hasFolder) return await turn.run("tpm2_sign", [...args, "-p", password], NEXT, digest);
  const file = await turn.file("digest", digest);
  const stdin = new TextEncoder().encode(password);
  return await turn.run("tpm2_sign", [...args, "-p", "file:-", file], NEXT, stdin);
}
