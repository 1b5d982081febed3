/** The certificate of a signing identity (`spec/device-api.md §4.2`). */
import crypto, { X509Certificate } from "node:crypto";
import { ControllerConnError } from "./error.ts";
import { pemCertificates } from "./pem.ts";

/** See {@linkcode readIdentityCertificate}. */
export interface IdentityCertificate {
  readonly certificate: X509Certificate;
  /** SHA-256 of its DER; 32 bytes. */
  readonly certHash: Uint8Array;
}

/**
 * The first certificate of a PEM file.
 * @throws {ControllerConnError} `identity`: there is none, or it can't be parsed
 */
export function readIdentityCertificate(certPem: Uint8Array): IdentityCertificate {
  const [first] = pemCertificates(certPem);
  if (first === undefined) {
    throw new ControllerConnError(
      "identity",
      `certificate file: expected a PEM block CERTIFICATE, found none in ${certPem.length} bytes`,
    );
  }
  const { der } = first;
  try {
    const certHash = new Uint8Array(crypto.createHash("sha256").update(der).digest());
    return { certificate: new X509Certificate(der), certHash };
  } catch (cause) {
    throw new ControllerConnError(
      "identity",
      `certificate file: the first CERTIFICATE block (${der.length} bytes DER) is no certificate`,
      [],
      { cause },
    );
  }
}
