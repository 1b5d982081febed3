/** `networks` → `NetworkXObjectConfig`; an error stays in the object, and the ports that use it report it (`spec/zedagent.md §8.2`). */
import type { common, config } from "../../../proto/device.ts";
import {
  DhcpType,
  goNetworkXObjectConfig,
  NetworkType,
  type NetworkXObjectConfig,
  type ProxyConfig,
} from "../../topics/mod.ts";
import type { CipherContexts } from "./cipher.ts";
import { addressOrEmpty, neededUUID, quote, refuse, type Section, section, SectionError } from "./section.ts";
import { isIPv6, parseSubnet } from "./subnet.ts";
import { wirelessConfig } from "./wireless.ts";

/** `common.NetworkType` → `NetworkType` on the bus. Everything else is an error. */
const networkTypes: Readonly<Record<number, number>> = {
  0: NetworkType.NetworkTypeNOOP,
  4: NetworkType.NetworkTypeIPv4,
  6: NetworkType.NetworkTypeIPV6,
  7: NetworkType.NetworkTypeIpv4Only,
  8: NetworkType.NetworkTypeIpv6Only,
};
const dhcpTypes: readonly number[] = [
  DhcpType.DhcpTypeNOOP,
  DhcpType.DhcpTypeStatic,
  DhcpType.DhcpTypeNone,
  DhcpType.DhcpTypeClient,
];
const proxyOther = 255;
const largestProxyType = 3;

/** By UUID. Only a network without a UUID is left out. @param now Go time of errors */
export function networkObjects(
  networks: readonly config.NetworkConfig[],
  contexts: CipherContexts,
  now: string,
): Section<NetworkXObjectConfig> {
  return section(networks, (network) => {
    const uuid = neededUUID("network", network.id);
    try {
      return [uuid, networkObject(uuid, network, contexts, now)];
    } catch (error) {
      if (!(error instanceof SectionError)) throw error;
      return [
        uuid,
        goNetworkXObjectConfig.make({ UUID: uuid, Error: error.message, ErrorTime: now, ErrorSeverity: 3 }),
      ];
    }
  });
}

function networkObject(
  uuid: string,
  network: config.NetworkConfig,
  contexts: CipherContexts,
  now: string,
): NetworkXObjectConfig {
  const type = networkTypes[network.type] ?? refuse(`network type ${network.type} is not supported`);
  if (network.mtu !== 0 && !(network.mtu >= 1280 && network.mtu <= 65535)) {
    refuse(`expected an MTU of 0 or from 1280 to 65535, got ${network.mtu}`);
  }
  if (network.ip === null && type !== NetworkType.NetworkTypeNOOP) {
    refuse("a network of this type needs an ip part");
  }
  return goNetworkXObjectConfig.make({
    UUID: uuid,
    Type: type,
    ...(network.ip === null ? {} : ipSettings(network.ip, type)),
    DNSNameToIPList: network.dns.length === 0 ? null : network.dns.map((entry) => ({
      HostName: entry.HostName,
      IPs: entry.Address.map((address) =>
        addressOrEmpty(`static DNS entry ${quote(entry.HostName)}`, address)
      ),
    })),
    Proxy: network.entProxy === null ? null : proxyConfig(network.entProxy),
    WirelessCfg: wirelessConfig(network.wireless, { networkUUID: uuid, contexts, now }),
    MTU: network.mtu,
  });
}

function ipSettings(ip: common.ipspec, type: number): Partial<NetworkXObjectConfig> {
  if (!dhcpTypes.includes(ip.dhcp)) refuse(`expected a DHCP type of 0, 1, 2 or 4, got ${ip.dhcp}`);
  const subnet = ip.subnet === ""
    ? undefined
    : parseSubnet(ip.subnet) ?? refuse(`expected a subnet such as 10.1.0.0/24, got ${quote(ip.subnet)}`);
  const address = (what: string, text: string) => {
    const parsed = addressOrEmpty(what, text);
    if (parsed !== "" && subnet !== undefined && isIPv6(parsed) !== subnet.isIPv6) {
      refuse(`${what} ${quote(text)} has another IP version than the subnet ${quote(ip.subnet)}`);
    }
    return parsed;
  };
  if (subnet !== undefined) checkVersion(subnet.isIPv6, type, ip.subnet);
  // A network that names more_ntp alone keeps them (W13).
  const ntp = [ip.ntp, ...ip.more_ntp].filter((server) => server !== "");
  const dns = ip.dns.map((server) => address("DNS server", server)).filter((server) => server !== "");
  const ignore = ip.dhcp_options_ignore;
  return {
    Dhcp: ip.dhcp,
    ...(subnet === undefined ? {} : { Subnet: subnet.net }),
    Gateway: address("gateway", ip.gateway),
    DomainName: ip.domain,
    NTPServers: ntp.length === 0 ? null : ntp,
    DNSServers: dns.length === 0 ? null : dns,
    DhcpRange: {
      Start: address("start of the DHCP range", ip.dhcpRange?.start ?? ""),
      End: address("end of the DHCP range", ip.dhcpRange?.end ?? ""),
    },
    IgnoreDhcpNtpServers: ignore?.ntp_server_exclusively ?? false,
    IgnoreDhcpIPAddresses: ignore?.ip_addresses_exclusively ?? false,
    IgnoreDhcpGateways: ignore?.gateways_exclusively ?? false,
    IgnoreDhcpDNSConfig: ignore?.dns_config_exclusively ?? false,
  };
}

function checkVersion(subnetIsIPv6: boolean, type: number, subnet: string): void {
  const v4 = type === NetworkType.NetworkTypeIPv4 || type === NetworkType.NetworkTypeIpv4Only;
  const v6 = type === NetworkType.NetworkTypeIPV6 || type === NetworkType.NetworkTypeIpv6Only;
  if ((v4 && subnetIsIPv6) || (v6 && !subnetIsIPv6)) {
    refuse(`the subnet ${quote(subnet)} does not fit network type ${type}`);
  }
}

function proxyConfig(proxy: common.ProxyConfig): ProxyConfig {
  return {
    // EVE turns PROXY_OTHER into an HTTP proxy (W13); the bus has a number for it.
    Proxies: proxy.proxies.length === 0 ? null : proxy.proxies.map((entry) => ({
      type: entry.proto <= largestProxyType || entry.proto === proxyOther
        ? entry.proto
        : refuse(`proxy type ${entry.proto} is not known`),
      server: entry.server,
      port: entry.port,
    })),
    Exceptions: proxy.exceptions,
    Pacfile: proxy.pacfile,
    NetworkProxyEnable: proxy.networkProxyEnable,
    NetworkProxyURL: proxy.networkProxyURL,
    WpadURL: "",
    "pubsub-large-ProxyCertPEM": proxy.proxyCertPEM.length === 0 ? null : proxy.proxyCertPEM,
  };
}
