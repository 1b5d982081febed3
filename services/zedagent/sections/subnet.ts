/** Subnets in CIDR notation (`spec/zedagent.md §8.2`). */
import { type IPNet, parseIP } from "../../topics/mod.ts";
import { canonicalAddress } from "./section.ts";

/** A parsed subnet. `address` is what stood before the slash. */
export interface Subnet {
  readonly address: string;
  readonly prefix: number;
  readonly isIPv6: boolean;
  /** Network address and mask. */
  readonly net: IPNet;
}

/** `192.168.1.0/24`, `2001:db8::/64`; `undefined` if the text is neither. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? "";
  const bytes = parseIP(address);
  if (match === null || bytes === undefined) return undefined;
  const isIPv6 = address.includes(":");
  const prefix = Number(match[2]);
  const own = isIPv6 ? bytes : bytes.subarray(12);
  if (prefix > own.length * 8) return undefined;
  const mask = new Uint8Array(own.length).map((_, index) =>
    (0xff00 >> Math.min(8, Math.max(0, prefix - index * 8))) & 0xff
  );
  const network = own.map((byte, index) => byte & (mask[index] ?? 0));
  return { address, prefix, isIPv6, net: { IP: addressText(network, isIPv6), Mask: mask } };
}

/** True for an IPv6 address in text form. */
export function isIPv6(address: string): boolean {
  return address.includes(":");
}

function addressText(bytes: Uint8Array, isIPv6: boolean): string {
  if (!isIPv6) return bytes.join(".");
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  }
  const text = groups.join(":");
  return canonicalAddress(text) ?? text;
}
