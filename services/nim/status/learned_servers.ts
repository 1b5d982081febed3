/** Name servers, domain, time servers and subnets of a port: configured first, then learned (`spec/nim.md §12.2`). Pure. */
import {
  DhcpType,
  type IPNet,
  type NetworkPortConfig,
  type NetworkPortStatus,
  NetworkType,
  parseIP,
  WirelessType,
} from "../../topics/mod.ts";
import type { PortResolvConf } from "../observe/port_resolv_conf.ts";
import { networkOf, parseSubnet } from "./addresses.ts";
import type { StatusFacts } from "./facts.ts";

type Configured = Pick<NetworkPortStatus, "DomainName" | "DNSServers" | "NtpServers">;

/** See {@linkcode learnedServers}. */
export type LearnedServers = Configured & Pick<NetworkPortStatus, "IPv4Subnet" | "IPv6Subnets">;

type Asked = Pick<NetworkPortConfig, "Dhcp" | "DomainName" | "DNSServers" | "NTPServers">;

/** Also for a port that is not there. Only one with a static address or a DHCP client has any. */
export function configuredServers({ Dhcp, DomainName, DNSServers, NTPServers }: Asked): Configured {
  return Dhcp === DhcpType.DhcpTypeStatic || Dhcp === DhcpType.DhcpTypeClient
    ? { DomainName, DNSServers: orNull(DNSServers ?? []), NtpServers: orNull(NTPServers ?? []) }
    : { DomainName: "", DNSServers: null, NtpServers: null };
}

/** A static IPv4 port whose client reports no lease is in its configured subnet. */
export function learnedServers(facts: StatusFacts, port: NetworkPortConfig): LearnedServers {
  if (port.Dhcp !== DhcpType.DhcpTypeStatic && port.Dhcp !== DhcpType.DhcpTypeClient) {
    return { ...configuredServers(port), IPv4Subnet: null, IPv6Subnets: null };
  }
  const files = port.IgnoreDhcpDNSConfig ? [] : resolverFiles(facts, port);
  const servers = [...port.DNSServers ?? [], ...files.flatMap((file) => file.servers)];
  return {
    ...leased(facts, port),
    DomainName: port.DomainName !== "" ? port.DomainName : domain(port, files),
    DNSServers: orNull([...new Set(servers)].filter((server) => parseIP(server) !== undefined)),
  };
}

function resolverFiles(facts: StatusFacts, port: NetworkPortConfig): readonly PortResolvConf[] {
  const { network, isObserving } = facts;
  const merged = network.resolv.get(port.IfName);
  const own = network.resolvFiles?.get(port.IfName) ?? (merged === undefined ? [] : [merged]);
  const isWithout = own.length === 0 && (port.DNSServers ?? []).length === 0;
  return isObserving && isWithout ? [network.hostResolv] : own;
}

/** The first one of the family that the port prefers, else the first of all. */
function domain({ Type }: NetworkPortConfig, files: readonly PortResolvConf[]): string {
  const wantsIPv6 = Type === NetworkType.NetworkTypeIPV6 || Type === NetworkType.NetworkTypeIpv6Only;
  const named = files.filter(({ domains }) => domains.length > 0);
  const preferred = named.find(({ servers }) => (servers.at(-1) ?? "").includes(":") === wantsIPv6);
  return (preferred ?? named[0])?.domains[0] ?? "";
}

function leased(
  { network }: StatusFacts,
  port: NetworkPortConfig,
): Pick<LearnedServers, "IPv4Subnet" | "IPv6Subnets" | "NtpServers"> {
  const isCellular = port.WirelessCfg.WType === WirelessType.WirelessTypeCellular;
  const { v4, v6 } = isCellular ? {} : network.leases.get(port.IfName) ?? {};
  const learned = port.IgnoreDhcpNtpServers ? [] : [...v4?.ntpServers ?? [], ...v6?.ntpServers ?? []];
  return {
    IPv4Subnet: (v4?.subnet === undefined ? undefined : subnetOf(v4.subnet)) ?? staticSubnet(port),
    IPv6Subnets: orNull((v6?.subnets ?? []).flatMap((subnet) => subnetOf(subnet) ?? [])),
    NtpServers: orNull([...port.NTPServers ?? [], ...learned]),
  };
}

function staticSubnet({ Dhcp, AddrSubnet }: NetworkPortConfig): IPNet | null {
  const subnet = Dhcp === DhcpType.DhcpTypeStatic ? parseSubnet(AddrSubnet) : undefined;
  return subnet === undefined || subnet.isIPv6 ? null : subnet.network;
}

function subnetOf({ network, prefix }: { network: string; prefix: number }): IPNet | undefined {
  return parseIP(network) === undefined ? undefined : networkOf(network, prefix);
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
