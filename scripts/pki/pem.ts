/** PEM text (RFC 7468): base64 in lines of 64 between BEGIN and END. @module */

import { Buffer } from "node:buffer";

/**
 * One PEM block, ending with a newline.
 * @param label what stands after BEGIN, e.g. `CERTIFICATE`
 */
export function encodePem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/**
 * The DER of the first block with that label.
 * @throws Error when there is none.
 */
export function decodePem(label: string, text: string): Uint8Array<ArrayBuffer> {
  const begin = `-----BEGIN ${label}-----`;
  const start = text.indexOf(begin);
  const end = text.indexOf(`-----END ${label}-----`, start);
  if (start < 0 || end < 0) throw new Error(`no PEM block ${label}`);
  return new Uint8Array(Buffer.from(text.slice(start + begin.length, end), "base64"));
}
