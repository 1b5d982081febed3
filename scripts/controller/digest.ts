/** SHA-256, where the controller names things by it. @module */

import { createHash } from "node:crypto";

/** All 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** Lower-case hexadecimal, the key under which a certificate is looked up. */
export function sha256Hex(bytes: Uint8Array): string {
  return sha256(bytes).toHex();
}
