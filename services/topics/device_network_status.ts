/** `nim/DeviceNetworkStatus`: ports, addresses, test results (`spec/nim.md §12.2`). Key `global`. */
import { goErrorAndTime } from "./error_and_time.ts";
import { goBytes } from "./go_bytes.ts";
import { goList, goPointer, goSet } from "./go_containers.ts";
import { goIP, goIPNet, isLinkLocal } from "./go_ip.ts";
import { goBool, goInt, goString, goUint16, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";
import { goL2LinkConfig, goPortConfigSource, goProxyConfig, goWirelessConfig } from "./network_port.ts";
import { goTestResults } from "./test_results.ts";
import { goWwanNetworkStatus } from "./wwan.ts";
import { goRadioSilence } from "./zed_agent_status.ts";

/** Where an address of the internet is, as far as a service knows (`spec/nim.md §15`). `loc`: latitude and longitude. */
export const goIPInfo = goStruct({
  ip: goString,
  hostname: goString,
  city: goString,
  region: goString,
  country: goString,
  loc: goString,
  org: goString,
  postal: goString,
});

/** See {@linkcode goIPInfo}. */
export type IPInfo = GoValue<typeof goIPInfo>;

/** One address of a port, link-local ones included. `Mask`: 4 or 16 bytes. */
export const goAddrInfo = goStruct({
  Addr: goIP,
  Mask: goBytes,
  Geo: goIPInfo,
  LastGeoTimestamp: goTimeType,
});
/** See {@linkcode goAddrInfo}. */
export type AddrInfo = GoValue<typeof goAddrInfo>;

/** `State`: 0 unspecified, 1 disconnected, 2 connecting, 3 authenticating, 4 authenticated, 5 failed, 6 held. */
export const goPNACStatus = goStruct({
  Enabled: goBool,
  State: goUint8,
  LastAuthTimestamp: goTimeType,
  Error: goErrorAndTime,
});
/** See {@linkcode goPNACStatus}. */
export type PNACStatus = GoValue<typeof goPNACStatus>;

const goBondMemberStatus = goStruct({
  Logicallabel: goString,
  MIIUp: goBool,
  LACP: goPointer(goStruct({ AggregatorID: goUint16, ActorChurnState: goUint8, PartnerChurnState: goUint8 })),
});

/** State of a bond; the order of members does not count. */
export const goBondStatus = goStruct({
  Mode: goUint8,
  ActiveMember: goString,
  MIIMonitor: goStruct({
    Enabled: goBool,
    PollingInterval: goUint32,
    UpDelay: goUint32,
    DownDelay: goUint32,
  }),
  ARPMonitor: goStruct({
    Enabled: goBool,
    PollingInterval: goUint32,
    IPTargets: goSet(goIP),
    MissedMax: goUint32,
  }),
  LACP: goStruct({
    Enabled: goBool,
    LACPRate: goUint8,
    ActiveAggregatorID: goUint16,
    PartnerMAC: goBytes,
    ActorKey: goUint16,
    PartnerKey: goUint16,
  }),
  Members: goSet(goBondMemberStatus),
});

/** One port. */
export const goNetworkPortStatus = goStruct({
  IfName: goString,
  Phylabel: goString,
  Logicallabel: goString,
  PciLong: goString,
  SharedLabels: goList(goString),
  Alias: goString,
  IsMgmt: goBool,
  IsL3Port: goBool,
  InvalidConfig: goBool,
  Cost: goUint8,
  Dhcp: goUint8,
  Type: goUint8,
  ConfiguredSubnet: goPointer(goIPNet),
  ConfiguredIP: goIP,
  IgnoredDhcpIPs: goBool,
  IPv4Subnet: goPointer(goIPNet),
  IPv6Subnets: goList(goIPNet),
  DomainName: goString,
  DNSServers: goList(goIP),
  NtpServers: goList(goString),
  AddrInfoList: goList(goAddrInfo),
  ClusterIPAddr: goIP,
  DefaultRouters: goList(goIP),
  Up: goBool,
  MacAddr: goBytes,
  MTU: goUint16,
  WirelessCfg: goWirelessConfig,
  WirelessStatus: goStruct({ WType: goUint8, Cellular: goWwanNetworkStatus }),
  PNAC: goPNACStatus,
  BondStatus: goBondStatus,
  ConfigSource: goPortConfigSource,
  ...goProxyConfig.fields,
  ...goL2LinkConfig.fields,
  ...goTestResults.fields,
  LpsConfigError: goString,
});
/** See {@linkcode goNetworkPortStatus}. */
export type NetworkPortStatus = GoValue<typeof goNetworkPortStatus>;

/** `Testing`: the values are provisional. `State`: {@linkcode DPCState}. Without a current DPC everything is zero. */
export const goDeviceNetworkStatus = goStruct({
  DPCKey: goString,
  Version: goUint32,
  Testing: goBool,
  State: goUint8,
  CurrentIndex: goInt,
  RadioSilence: goRadioSilence,
  Ports: goList(goNetworkPortStatus),
});
/** See {@linkcode goDeviceNetworkStatus}. */
export type DeviceNetworkStatus = GoValue<typeof goDeviceNetworkStatus>;

/** The ports that may talk to the controller: `IsMgmt`, or all of them while `Version` is below 1. */
export function managementPorts(status: DeviceNetworkStatus): readonly NetworkPortStatus[] {
  return (status.Ports ?? []).filter((port) => port.IsMgmt || status.Version < 1);
}

/**
 * The addresses that can be used to reach a controller: of all management L3 ports, any cost, any family, without
 * link-local ones (`spec/client.md §8.1`, `spec/loguploader.md §3`).
 */
export function usableAddresses(status: DeviceNetworkStatus): readonly string[] {
  return managementPorts(status)
    .filter((port) => port.IsL3Port)
    .flatMap((port) => (port.AddrInfoList ?? []).map((info) => info.Addr))
    .filter((address) => address !== "" && !isLinkLocal(address));
}
