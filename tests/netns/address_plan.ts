/** Which address is where. Nothing of it leaves the namespaces. Pure. */

/** Addresses of one uplink, number 0 to 9: `device —eth N— router —wan N— internet`. */
export interface UplinkAddresses {
  /** Of the device. */
  readonly device: readonly string[];
  /** Of the router, on the device's side: gateway, nameserver, proxy. */
  readonly router: readonly string[];
  /** Of the router, on the internet's side: what servers see of a proxy on it. */
  readonly outside: readonly string[];
  /** Of the internet, on the router's side. */
  readonly inside: readonly string[];
}

/** Which families an uplink has; IPv4 alone without. */
export interface Families {
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
}

/** The test controller, on the internet. */
export const CONTROLLER = ["198.51.100.10", "2001:db8:100::10"] as const;
/** The nameserver that only the internet and proxies ask. */
export const PUBLIC_NAMESERVER = ["198.51.100.53", "2001:db8:100::53"] as const;
/** In the tables of all nameservers. */
export const CONTROLLER_NAME = "controller.lab";

/** @param host last part of the device's addresses; 2 at first */
export function uplinkAddresses(index: number, families: Families, host = 2): UplinkAddresses {
  const { ipv4 = true, ipv6 = false } = families;
  const both = (four: string, six: string) => [...(ipv4 ? [four] : []), ...(ipv6 ? [six] : [])];
  return {
    device: both(`10.77.${index}.${host}`, `fd77:a${index}::${host}`),
    router: both(`10.77.${index}.1`, `fd77:a${index}::1`),
    outside: both(`10.78.${index}.2`, `fd78:a${index}::2`),
    inside: both(`10.78.${index}.1`, `fd78:a${index}::1`),
  };
}

/** The address with the length of its subnet. */
export function inSubnet(address: string): string {
  return `${address}/${familyOf(address) === 6 ? 64 : 24}`;
}

/** Its subnet, e.g. `10.77.0.0/24`. */
export function subnetOf(address: string): string {
  return familyOf(address) === 6 ? `${address.replace(/::.*/, "::")}/64` : address.replace(/\.\d+$/, ".0/24");
}

/** The address alone, as a prefix. */
export function single(address: string): string {
  return `${address}/${familyOf(address) === 6 ? 128 : 32}`;
}

/** What `ip` is to take lines about an address for. */
export function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/** The first of one family. @throws {Error} if there is none */
export function ofFamily(addresses: readonly string[], family: 4 | 6): string {
  const found = addresses.find((address) => familyOf(address) === family);
  if (found === undefined) throw new Error(`no IPv${family} address among ${addresses.join(", ") || "none"}`);
  return found;
}
