/** A certificate for a public key whose private half is not at hand (a TPM's, a vector's). */
import crypto from "node:crypto";
import type { Certificate } from "./certificates.ts";

const POINT_BYTES = 65;

/** The uncompressed point of a P-256 key, private or public, as KeyObject or PEM. */
export function pointOf(key: crypto.KeyObject | string): Uint8Array {
  const pem = typeof key === "string" ? key : key.export({
    format: "pem",
    type: key.type === "private" ? "pkcs8" : "spki",
  }).toString();
  const der = crypto.createPublicKey(pem).export({ format: "der", type: "spki" });
  return new Uint8Array(der).slice(-POINT_BYTES);
}

/** The PEM of `certificate` with `point` instead of its own; its signature is wrong then. */
export function withPoint(certificate: Certificate, point: Uint8Array): string {
  const own = pointOf(certificate.key);
  const der = certificate.der.toHex().replaceAll(own.toHex(), point.toHex());
  const lines = Uint8Array.fromHex(der).toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
