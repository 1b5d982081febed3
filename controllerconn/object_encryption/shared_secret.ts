/** The device's half of ECDH, with its key in a file (`spec/device-api.md §7`). */
import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import { ControllerConnError } from "../error.ts";
import { readPrivateKey } from "../private_key.ts";
import { isOnCurve, ORDER, recoverY, toBytes, toNumber } from "./p256.ts";

/**
 * The shared point of a private key and `publicPoint` (`04 X Y`, 65 bytes): X and Y, 64 bytes. The key may be in a file
 * ({@linkcode fileSharedSecret}) or in a TPM (`tpmSharedSecret`).
 */
export type SharedSecret = (publicPoint: Uint8Array) => Promise<Uint8Array>;

/** @throws {ControllerConnError} `cipher`: no point of P-256 */
export function checkPublicPoint(publicPoint: Uint8Array): void {
  if (isOnCurve(publicPoint)) return;
  throw new ControllerConnError(
    "cipher",
    `public point of the other side: expected 65 bytes 04 X Y on P-256, got ${publicPoint.length} bytes that are ` +
      "no such point; nothing is decrypted",
  );
}

/**
 * Over the key of `/persist/certs/ecdh.key.pem`, in any form that a key file has.
 * @throws {ControllerConnError} `identity`: unreadable, or no key on P-256
 */
export function fileSharedSecret(keyPem: Uint8Array): SharedSecret {
  const key = readPrivateKey(keyPem);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? "unknown";
  if (curve !== "prime256v1") {
    throw new ControllerConnError("identity", `ECDH key file: expected a key on P-256, got ${curve}`);
  }
  const scalar = toNumber(Uint8Array.fromBase64(key.export({ format: "jwk" }).d ?? "", BASE64URL));
  // deno-lint-ignore require-await -- the type is asynchronous for keys in a TPM
  return async (publicPoint) => {
    checkPublicPoint(publicPoint);
    if (scalar + 1n >= ORDER || scalar === 1n) {
      throw new ControllerConnError("identity", "ECDH key file: the key is 1 or −1; nothing is decrypted");
    }
    const x = xOfProduct(scalar, publicPoint);
    const y = recoverY(x, xOfProduct(scalar + 1n, publicPoint), publicPoint);
    return joined(toBytes(x), toBytes(y));
  };
}

const BASE64URL = { alphabet: "base64url" } as const;

function xOfProduct(scalar: bigint, publicPoint: Uint8Array): bigint {
  const ecdh = crypto.createECDH("prime256v1");
  ecdh.setPrivateKey(Buffer.from(toBytes(scalar)));
  return toNumber(new Uint8Array(ecdh.computeSecret(publicPoint)));
}

function joined(x: Uint8Array, y: Uint8Array): Uint8Array {
  const point = new Uint8Array([4, ...x, ...y]);
  if (isOnCurve(point)) return point.slice(1);
  throw new ControllerConnError("cipher", "ECDH: the shared point is not on P-256; nothing is decrypted");
}
