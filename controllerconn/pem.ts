/** PEM blocks, whatever stands between them. */

/** One block: its label (`CERTIFICATE`), its content, and its own text. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
  readonly text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

/** The blocks of a text in order; a block whose base64 is broken is left out. */
export function pemBlocks(pem: Uint8Array | string): PemBlock[] {
  const text = typeof pem === "string" ? pem : new TextDecoder().decode(pem);
  const blocks: PemBlock[] = [];
  for (const match of text.matchAll(BLOCK)) {
    const [whole, label = "", body = ""] = match;
    // Headers of old encrypted keys ("Proc-Type: …") make the base64 invalid, and so drop the block.
    try {
      blocks.push({ label, der: Uint8Array.fromBase64(body), text: `${whole}\n` });
    } catch {
      continue;
    }
  }
  return blocks;
}

/** The blocks labelled `CERTIFICATE`. */
export function pemCertificates(pem: Uint8Array | string): PemBlock[] {
  return pemBlocks(pem).filter((block) => block.label === "CERTIFICATE");
}
