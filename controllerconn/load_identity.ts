/** A signing identity from two PEM files (`spec/device-api.md §4.3, 12`). */
import type { KeyObject, X509Certificate } from "node:crypto";
import { ecdsaSigner } from "./ecdsa_signer.ts";
import { ControllerConnError } from "./error.ts";
import type { SigningIdentity } from "./identity.ts";
import { readIdentityCertificate } from "./identity_certificate.ts";
import { readPrivateKey } from "./private_key.ts";

/** Byte length of r and of s, by curve. EVE refuses P-224 and P-521: their lengths are no multiple of 8. */
const COORDINATE_BYTES: Readonly<Record<string, number>> = { prime256v1: 32, secp384r1: 48 };

function refuse(message: string): never {
  throw new ControllerConnError("identity", message);
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
  const { certificate, certHash } = readIdentityCertificate(certPem);
  const key = readPrivateKey(keyPem);
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
  const signed = ecdsaSigner(key);
  return {
    certPem,
    certHash,
    tlsKeyPem: key.export({ format: "pem", type: "pkcs8" }).toString(),
    async sign(payload) {
      if (length === undefined) {
        refuse("key file: expected an ECDSA key for signing, got an RSA key; nothing is sent");
      }
      const signature = await signed(payload);
      if (signature.length !== 2 * length) {
        refuse(`signature: expected ${2 * length} bytes, got ${signature.length}; nothing is sent`);
      }
      return signature;
    },
  };
}
