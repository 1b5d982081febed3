/** The addresses of a port as the status has them (`spec/nim.md §12.2` AddrInfoList, ConfiguredSubnet). Pure. */
import {
  type AddrInfo,
  type DeviceNetworkStatus,
  formatIP,
  goAddrInfo,
  goIP,
  type IPNet,
  type NetworkPortConfig,
  parseIP,
} from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import { maskOf } from "../ports.ts";

/** Both parts of `192.168.1.44/24`; undefined if the text is none. */
export function parseSubnet(
  text: string,
): { readonly network: IPNet; readonly host: string; readonly isIPv6: boolean } | undefined {
  const [address = "", length = "", more] = text.split("/");
  const isIPv6 = address.includes(":");
  if (parseIP(address) === undefined || !/^\d{1,3}$/.test(length) || more !== undefined) return undefined;
  const prefix = Number(length);
  return prefix > (isIPv6 ? 128 : 32)
    ? undefined
    : { network: networkOf(address, prefix), host: address, isIPv6 };
}

/** The network that an address stands in. @param address one that {@linkcode parseIP} takes */
export function networkOf(address: string, prefix: number): IPNet {
  const Mask = maskOf(address, prefix);
  const bytes = parseIP(address) ?? new Uint8Array(16);
  const first = bytes.length - Mask.length;
  return { IP: formatIP(bytes.map((byte, i) => i < first ? byte : byte & (Mask[i - first] ?? 0))), Mask };
}

/**
 * IPv4 before IPv6, link-local ones too, `[]` without any. Geo data of the same address on the same interface is
 * carried over. With `IgnoreDhcpIPAddresses` no IPv4 address but the configured one counts.
 */
export function addressesOf(
  previous: DeviceNetworkStatus,
  config: Pick<NetworkPortConfig, "IfName" | "IgnoreDhcpIPAddresses" | "AddrSubnet">,
  link: Link,
): readonly AddrInfo[] {
  const only = config.IgnoreDhcpIPAddresses ? parseSubnet(config.AddrSubnet)?.host ?? "" : undefined;
  const before = (previous.Ports ?? [])
    .filter(({ IfName }) => IfName === config.IfName)
    .flatMap(({ AddrInfoList }) => AddrInfoList ?? []);
  const known = link.addresses.filter(({ address }) => parseIP(address) !== undefined);
  const v4 = known.filter(({ address }) =>
    !address.includes(":") && (only === undefined || goIP.equal(address, only))
  );
  return [...v4, ...known.filter(({ address }) => address.includes(":"))].map(({ address, prefix }) => {
    const { Geo, LastGeoTimestamp } = before.find(({ Addr }) => goIP.equal(Addr, address)) ??
      goAddrInfo.zero();
    return { Addr: address, Mask: maskOf(address, prefix), Geo, LastGeoTimestamp };
  });
}
