/** A private key out of a PEM file, in any of the forms that EVE and its tools write (`spec/client.md §4.1, 4.2`). */
import { Buffer } from "node:buffer";
import crypto, { type KeyObject } from "node:crypto";
import { ControllerConnError } from "./error.ts";
import { pemBlocks } from "./pem.ts";

/**
 * The first readable key. EVE writes SEC1 under the label of PKCS#8, so the label says nothing about the content.
 * @throws {ControllerConnError} `identity`: no block of a private key, or none readable
 */
export function readPrivateKey(keyPem: Uint8Array): KeyObject {
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
  throw new ControllerConnError(
    "identity",
    `key file: expected a PEM block "PRIVATE KEY" or "… PRIVATE KEY" holding PKCS#8, SEC1 or PKCS#1; ` +
      `blocks found: ${labels}${candidates.length > 0 ? ", none of them readable" : ""}`,
  );
}
