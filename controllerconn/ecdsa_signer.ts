/**
 * ECDSA over SHA-256 with a key in memory. WebCrypto signs in three quarters of the time of node:crypto, and not on the
 * thread of the event loop; a key that it does not take stays with node:crypto.
 */
import crypto, { type KeyObject } from "node:crypto";

/** Names of WebCrypto, by those of OpenSSL. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** @returns a function that gives raw r‖s; the key is made ready at its first call */
export function ecdsaSigner(key: KeyObject): (payload: Uint8Array) => Promise<Uint8Array> {
  let ready: Promise<CryptoKey | undefined> | undefined;
  return async (payload) => {
    const webKey = await (ready ??= webKeyOf(key));
    if (webKey === undefined) {
      return new Uint8Array(crypto.sign("sha256", payload, { key, dsaEncoding: "ieee-p1363" }));
    }
    const { subtle } = globalThis.crypto;
    return new Uint8Array(await subtle.sign(SIGNATURE, webKey, payload as Uint8Array<ArrayBuffer>));
  };
}

/** Undefined where WebCrypto can't use it. */
async function webKeyOf(key: KeyObject): Promise<CryptoKey | undefined> {
  const namedCurve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ""];
  if (namedCurve === undefined) return undefined;
  const der = Uint8Array.from(key.export({ format: "der", type: "pkcs8" }));
  try {
    return await globalThis.crypto.subtle.importKey("pkcs8", der, { name: "ECDSA", namedCurve }, false, [
      "sign",
    ]);
  } catch {
    return undefined;
  }
}
