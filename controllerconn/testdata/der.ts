/** As much DER writing as test certificates need. */
import { Buffer } from "node:buffer";

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Tag, length, content. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concat(...content);
  if (body.length < 0x80) return concat(Uint8Array.of(tag, body.length), body);
  if (body.length < 0x100) return concat(Uint8Array.of(tag, 0x81, body.length), body);
  return concat(Uint8Array.of(tag, 0x82, body.length >> 8, body.length & 0xff), body);
}

export const sequence = (...content: readonly Uint8Array[]) => tlv(0x30, ...content);
export const set = (...content: readonly Uint8Array[]) => tlv(0x31, ...content);
export const octets = (...content: readonly Uint8Array[]) => tlv(0x04, ...content);
export const bits = (content: Uint8Array, unused = 0) => tlv(0x03, Uint8Array.of(unused), content);
export const utf8 = (text: string) => tlv(0x0c, new TextEncoder().encode(text));
export const boolean = (value: boolean) => tlv(0x01, Uint8Array.of(value ? 0xff : 0));

/** A non-negative integer below 2^31. */
export function integer(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest & 0xff);
  }
  if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return tlv(0x02, Uint8Array.from(bytes));
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let more = arc >> 7; more > 0; more >>= 7) septets.unshift((more & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return tlv(0x06, Uint8Array.from(bytes));
}

/** GeneralizedTime, whole seconds, UTC. */
export function time(milliseconds: number): Uint8Array {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]/g, "").slice(0, 14) + "Z";
  return tlv(0x18, new TextEncoder().encode(text));
}
