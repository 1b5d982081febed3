/** Networks and network instances as the controller wants them (`spec/zedagent.md §8.2, 10.4`). */
import { goErrorAndTime } from "./error_and_time.ts";
import { goUUID } from "./go_bytes.ts";
import { goList, goPointer } from "./go_containers.ts";
import { goIP, goIPNet } from "./go_ip.ts";
import { goRaw } from "./go_raw.ts";
import { goBool, goInt32, goString, goUint16, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";
import { goProxyConfig, goWirelessConfig } from "./network_port.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";

const goIPRange = goStruct({ Start: goIP, End: goIP });
const goDNSNameToIP = goStruct({ HostName: goString, IPs: goList(goIP) });

/** Key: UUID. zedagent's own intermediate form of a network; errors stay on it and on the ports that use it. */
export const goNetworkXObjectConfig = goStruct({
  UUID: goUUID,
  Type: goUint8,
  Dhcp: goUint8,
  Subnet: goIPNet,
  Gateway: goIP,
  DomainName: goString,
  NTPServers: goList(goString),
  IgnoreDhcpNtpServers: goBool,
  IgnoreDhcpIPAddresses: goBool,
  IgnoreDhcpGateways: goBool,
  IgnoreDhcpDNSConfig: goBool,
  DNSServers: goList(goIP),
  DhcpRange: goIPRange,
  DNSNameToIPList: goList(goDNSNameToIP),
  Proxy: goPointer(goProxyConfig),
  WirelessCfg: goWirelessConfig,
  MTU: goUint16,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goNetworkXObjectConfig}. */
export type NetworkXObjectConfig = GoValue<typeof goNetworkXObjectConfig>;

/** Key: UUID. nim reads `EnableFlowlog`; the rest is for zedrouter. Members that the spec only names are carried raw. */
export const goNetworkInstanceConfig = goStruct({
  ...goUUIDandVersion.fields,
  DisplayName: goString,
  Type: goInt32,
  Activate: goBool,
  PortLabel: goString,
  IpType: goInt32,
  Subnet: goIPNet,
  Gateway: goIP,
  DomainName: goString,
  NtpServers: goList(goString),
  DnsServers: goList(goIP),
  DhcpRange: goIPRange,
  DnsNameToIPList: goList(goDNSNameToIP),
  MTU: goUint16,
  PropagateConnRoutes: goBool,
  StaticRoutes: goRaw,
  EnableFlowlog: goBool,
  STPConfig: goRaw,
  VlanAccessPorts: goRaw,
  ForwardLLDP: goBool,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goNetworkInstanceConfig}. */
export type NetworkInstanceConfig = GoValue<typeof goNetworkInstanceConfig>;
