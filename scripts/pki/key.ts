/** Key pairs for test certificates, and the odd forms in which EVE keeps private keys. @module */

import { decodePem, encodePem } from "./pem.ts";

/** What certificates here can be made of. */
export type KeyKind = "P-256" | "RSA-2048";

/** The object identifier of P-256 in DER. */
const P256_OID = Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);

/** WebCrypto's name for a kind of key, good for generating, importing and signing. */
export function keyAlgorithm(kind: KeyKind) {
  return kind === "P-256" ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } : {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
}

/** A fresh extractable pair that signs. */
export async function makeKeyPair(kind: KeyKind = "P-256"): Promise<CryptoKeyPair> {
  const pair = await crypto.subtle.generateKey(keyAlgorithm(kind), true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error(`a key pair was expected for ${kind}`);
  return pair;
}

/** PKCS#8, label `PRIVATE KEY`: what TLS servers and node:crypto read. */
export async function pkcs8Pem(key: CryptoKey): Promise<string> {
  return encodePem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", key)));
}

/** Reads back what {@linkcode pkcs8Pem} wrote; only the private half. */
export function importPkcs8Pem(pem: string, kind: KeyKind): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", decodePem("PRIVATE KEY", pem), keyAlgorithm(kind), true, ["sign"]);
}

/** SEC1 ECPrivateKey of a P-256 key (RFC 5915): version, scalar, curve, public point; 121 bytes. */
export async function sec1Der(key: CryptoKey): Promise<Uint8Array> {
  const { d, x, y } = await crypto.subtle.exportKey("jwk", key);
  const scalar = base64Url(d);
  return Uint8Array.of(
    ...[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20, ...scalar, 0xa0, P256_OID.length, ...P256_OID],
    ...[0xa1, 0x44, 0x03, 0x42, 0x00, 0x04, ...base64Url(x), ...base64Url(y)],
  );
}

/** The device's key file: SEC1 inside the label of PKCS#8 (`spec/client.md §4.1`). */
export async function sec1AsPrivateKeyPem(key: CryptoKey): Promise<string> {
  return encodePem("PRIVATE KEY", await sec1Der(key));
}

/** The onboarding key file as OpenSSL writes it: the curve first, then the key (`spec/client.md §4.2`). */
export async function ecPrivateKeyPem(key: CryptoKey): Promise<string> {
  return encodePem("EC PARAMETERS", P256_OID) + encodePem("EC PRIVATE KEY", await sec1Der(key));
}

function base64Url(text: string | undefined): Uint8Array {
  if (text === undefined) throw new Error("a P-256 private key was expected");
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
