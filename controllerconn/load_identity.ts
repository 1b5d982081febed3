/** A signing identity from two PEM files (`spec/device-api.md §4.3, 12`). */
import { Buffer } from "node:buffer";
import crypto, { type KeyObject, X509Certificate } from "node:crypto";
import { ControllerConnError } from "./error.ts";
import type { SigningIdentity } from "./identity.ts";
import { pemBlocks, pemCertificates } from "./pem.ts";

/** Byte length of r and of s, by curve. EVE refuses P-224 and P-521: their lengths are no multiple of 8. */
const COORDINATE_BYTES: Readonly<Record<string, number>> = { prime256v1: 32, secp384r1: 48 };

function refuse(message: string, cause?: unknown): never {
  throw new ControllerConnError("identity", message, [], cause === undefined ? undefined : { cause });
}

function parseCertificate(certPem: Uint8Array): { certificate: X509Certificate; der: Uint8Array } {
  const [first] = pemCertificates(certPem);
  if (first === undefined) {
    refuse(`certificate file: expected a PEM block CERTIFICATE, found none in ${certPem.length} bytes`);
  }
  try {
    return { certificate: new X509Certificate(first.der), der: first.der };
  } catch (cause) {
    refuse(
      `certificate file: the first CERTIFICATE block (${first.der.length} bytes DER) is no certificate`,
      cause,
    );
  }
}

/** EVE writes SEC1 under the label of PKCS#8, so the label says nothing about the content. */
function parseKey(keyPem: Uint8Array): KeyObject {
  const blocks = pemBlocks(keyPem);
  const candidates = blocks.filter((block) => /^(.* )?PRIVATE KEY$/.test(block.label));
  for (const block of candidates) {
    for (const type of ["pkcs1", "pkcs8", "sec1"] as const) {
      try {
        return crypto.createPrivateKey({ key: Buffer.from(block.der), format: "der", type });
      } catch {
        continue;
      }
    }
  }
  const labels = blocks.map((block) => block.label).join(", ") || "none";
  return refuse(
    `key file: expected a PEM block "PRIVATE KEY" or "… PRIVATE KEY" holding PKCS#8, SEC1 or PKCS#1; ` +
      `blocks found: ${labels}${candidates.length > 0 ? ", none of them readable" : ""}`,
  );
}

function belongTogether(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

/**
 * Reads a certificate and its key from the bytes of two PEM files. An RSA key loads (TLS can use it) but refuses to
 * sign.
 * @throws {ControllerConnError} `identity`: unreadable, not a pair, or a curve other than P-256 and P-384
 */
export function loadIdentity(certPem: Uint8Array, keyPem: Uint8Array): SigningIdentity {
  const { certificate, der } = parseCertificate(certPem);
  const key = parseKey(keyPem);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  const kind = key.asymmetricKeyType ?? "unknown";
  const length = COORDINATE_BYTES[curve];
  if (kind === "ec" && length === undefined) {
    refuse(`key file: expected a key on P-256 or P-384, got one on ${curve}; it can't sign for EVE's API`);
  }
  if (kind !== "ec" && kind !== "rsa") refuse(`key file: expected an ECDSA key, got a key of type ${kind}`);
  if (!belongTogether(certificate, key)) {
    refuse(`key file: the key does not belong to the certificate ${JSON.stringify(certificate.subject)}`);
  }
  return {
    certPem,
    certHash: new Uint8Array(crypto.createHash("sha256").update(der).digest()),
    tlsKeyPem: key.export({ format: "pem", type: "pkcs8" }).toString(),
    // deno-lint-ignore require-await -- the interface is asynchronous for keys in a TPM
    async sign(payload) {
      if (length === undefined) {
        refuse("key file: expected an ECDSA key for signing, got an RSA key; nothing is sent");
      }
      const signature = crypto.sign("sha256", payload, { key, dsaEncoding: "ieee-p1363" });
      if (signature.length !== 2 * length) {
        refuse(`signature: expected ${2 * length} bytes, got ${signature.length}; nothing is sent`);
      }
      return new Uint8Array(signature);
    },
  };
}
