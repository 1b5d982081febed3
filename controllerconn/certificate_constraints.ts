/** The extensions of a certificate that decide on a path, which `X509Certificate` doesn't show (RFC 5280 §4.2.1.9, 4.2.1.12). */

/** What a certificate says about its own use. */
export interface CertificateConstraints {
  readonly ca: boolean;
  /** Undefined: no limit. */
  readonly pathLength: number | undefined;
  /** Dotted OIDs; undefined if the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | undefined;
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The elements of DER bytes, one after the other; a broken one ends the list. */
function elements(der: Uint8Array): Element[] {
  const list: Element[] = [];
  for (let at = 0; at + 2 <= der.length;) {
    const tag = der[at] ?? 0;
    let length = der[at + 1] ?? 0;
    at += 2;
    if (length >= 0x80) {
      let count = length & 0x7f;
      for (length = 0; count > 0; count--) length = length * 256 + (der[at++] ?? 0);
    }
    if (at + length > der.length) break;
    list.push({ tag, content: der.subarray(at, at + length) });
    at += length;
  }
  return list;
}

const number = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

function dotted(bytes: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const first = arcs[0] ?? 0;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...arcs.slice(1)].join(".");
}

/** Extension OID → the DER inside its OCTET STRING. */
function extensionsOf(certificate: Uint8Array): Map<string, Uint8Array> {
  const [outer] = elements(certificate);
  const [toBeSigned] = elements(outer?.content ?? new Uint8Array(0));
  const wrapper = elements(toBeSigned?.content ?? new Uint8Array(0)).find((element) => element.tag === 0xa3);
  const [list] = elements(wrapper?.content ?? new Uint8Array(0));
  const found = new Map<string, Uint8Array>();
  for (const extension of elements(list?.content ?? new Uint8Array(0))) {
    const parts = elements(extension.content);
    const id = parts[0];
    const value = parts.at(-1);
    if (id !== undefined && value !== undefined) found.set(dotted(id.content), value.content);
  }
  return found;
}

/** Reads the DER of a certificate that `X509Certificate` has accepted. */
export function constraintsOf(certificate: Uint8Array): CertificateConstraints {
  const extensions = extensionsOf(certificate);
  const basic = extensions.get("2.5.29.19");
  const usage = extensions.get("2.5.29.37");
  const basicParts = elements(elements(basic ?? new Uint8Array(0))[0]?.content ?? new Uint8Array(0));
  const length = basicParts.find((part) => part.tag === 0x02);
  return {
    ca: basicParts.some((part) => part.tag === 0x01 && part.content[0] !== 0),
    pathLength: length === undefined ? undefined : number(length.content),
    extendedKeyUsage: usage === undefined
      ? undefined
      : elements(elements(usage)[0]?.content ?? new Uint8Array(0)).map((part) => dotted(part.content)),
  };
}
