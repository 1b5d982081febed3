/** The ports of `DeviceNetworkStatus`, from the machine's links or from a file (`spec/nim.md §12.2, 16`). Pure. */
import { goAddrInfo, goNetworkPortStatus, type NetworkPortStatus, topics } from "../topics/mod.ts";
import type { Link } from "./machine.ts";
import type { ResolvConf } from "./resolv_conf.ts";

/**
 * A link becomes a port when it is real hardware or carries a default route; with a default route it is a management
 * port. What nim does not know yet (configuration, leases, wireless) stays zero.
 */
export function portsOfMachine(links: readonly Link[], resolv: ResolvConf): NetworkPortStatus[] {
  return links
    .filter((link) => !link.loopback && (link.kind === "device" || link.defaultRouters.length > 0))
    .map((link) => {
      const isMgmt = link.defaultRouters.length > 0;
      return goNetworkPortStatus.make({
        IfName: link.name,
        Phylabel: link.name,
        Logicallabel: link.name,
        IsMgmt: isMgmt,
        IsL3Port: true,
        DomainName: isMgmt ? resolv.domain : "",
        DNSServers: isMgmt && resolv.nameservers.length > 0 ? [...resolv.nameservers] : null,
        AddrInfoList: link.addresses.map(({ address, prefix }) =>
          goAddrInfo.make({ Addr: address, Mask: maskOf(address, prefix) })
        ),
        DefaultRouters: isMgmt ? [...link.defaultRouters] : null,
        Up: link.up,
        MacAddr: macBytes(link.mac),
        MTU: Math.min(link.mtu, 65535),
      });
    });
}

/** @throws {TypeError} naming the member, what was expected and what arrived */
export function portsOfFile(content: string): readonly NetworkPortStatus[] {
  const status = topics.nim.DeviceNetworkStatus.codec.decode(content);
  return (status.Ports ?? []).map((port) => ({
    ...port,
    Logicallabel: port.Logicallabel || port.IfName,
    Phylabel: port.Phylabel || port.IfName,
  }));
}

/** 4 or 16 bytes with the first `prefix` bits set. */
export function maskOf(address: string, prefix: number): Uint8Array {
  const mask = new Uint8Array(address.includes(":") ? 16 : 4);
  for (let bit = 0; bit < Math.min(prefix, mask.length * 8); bit++) {
    mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return mask;
}

/** The 6 bytes of `52:54:00:12:34:56`; null for any other text. */
export function macBytes(mac: string): Uint8Array | null {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)
    ? Uint8Array.from(mac.split(":"), (byte) => parseInt(byte, 16))
    : null;
}
