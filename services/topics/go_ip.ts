/** Go's `net.IP` and `net.IPNet` in JSON (`spec/pubsub.md §4.1`, `spec/nim.md §5.2`). */
import { equalBytes, goBytes } from "./go_bytes.ts";
import { goStruct } from "./go_struct.ts";
import { type GoType, type GoValue, mismatch } from "./go_type.ts";

/** `net.IP`: its text, nil is `""`. `1.2.3.4` and `::ffff:1.2.3.4` are equal, and written as Go writes them. */
export const goIP: GoType<string> = {
  zero: () => "",
  encode: (value) => value === "" ? '""' : `"${formatIP(parseIP(value) ?? noIP(value))}"`,
  decode(json) {
    if (json === null || json === "") return "";
    return typeof json === "string" && parseIP(json) !== undefined ? json : mismatch("an IP address", json);
  },
  equal: (a, b) => a === b || equalIPs(a, b),
  isEmpty: (value) => value === "",
  wide: false,
  canonical: "always",
};

function noIP(value: string): never {
  throw new TypeError(`expected an IP address or "", got ${JSON.stringify(value)}`);
}

/** `net.IPNet`: network address and mask (4 or 16 bytes). */
export const goIPNet = goStruct({ IP: goIP, Mask: goBytes });
/** See {@linkcode goIPNet}. */
export type IPNet = GoValue<typeof goIPNet>;

/** How many leading bits a mask has: 24 for 255.255.255.0. */
export function prefixLength(mask: Uint8Array): number {
  return mask.reduce((ones, byte) => ones + byte.toString(2).replaceAll("0", "").length, 0);
}

/** The 16 bytes of an address, IPv4 as `::ffff:a.b.c.d`; `undefined` if the text is none. No zones, no leading zeros. */
export function parseIP(text: string): Uint8Array | undefined {
  if (!text.includes(":")) {
    const v4 = parseIPv4(text);
    return v4 === undefined ? undefined : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4);
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupBytes(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? groupBytes(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.of(...head, ...new Array<number>(missing).fill(0), ...tail);
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    const value = Number(part);
    if (String(value) !== part || !(value >= 0 && value <= 255) || !Number.isInteger(value)) return undefined;
    bytes.push(value);
  }
  return bytes;
}

/** The bytes of `a:b:c`, where the last group may be an IPv4 address. */
function groupBytes(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes(".")) {
      const v4 = parseIPv4(group);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      return undefined;
    }
  }
  return bytes;
}

/** The text Go writes for 16 bytes: IPv4 where it is mapped, else RFC 5952. */
export function formatIP(bytes: Uint8Array): string {
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.subarray(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

function equalIPs(a: string, b: string): boolean {
  const left = parseIP(a);
  const right = parseIP(b);
  return left !== undefined && right !== undefined && equalBytes(left, right);
}

/** IPv4 169.254/16 or IPv6 fe80::/10. False for a text that is no address. */
export function isLinkLocal(address: string): boolean {
  const bytes = parseIP(address);
  if (bytes === undefined) return false;
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped
    ? bytes[12] === 169 && bytes[13] === 254
    : bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}
