/** What the ports of `DevicePortConfig` and `DeviceNetworkStatus` have in common (`spec/nim.md §5.3`). */
import { goCipherBlockStatus } from "./cipher.ts";
import { goFilledBytes } from "./go_bytes.ts";
import { goList, goSet } from "./go_containers.ts";
import { goIP } from "./go_ip.ts";
import { goBool, goInt, goString, goUint16, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct, omitEmpty } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** One proxy. `type`: 0 HTTP, 1 HTTPS, 2 SOCKS, 3 FTP, 4 none, 255 last. */
export const goProxyEntry = goStruct({
  type: omitEmpty(goUint8),
  server: omitEmpty(goString),
  port: omitEmpty(goUint32),
});

/** Embedded in a port. `pubsub-large-ProxyCertPEM`: one PEM text per certificate. */
export const goProxyConfig = goStruct({
  Proxies: omitEmpty(goList(goProxyEntry)),
  Exceptions: omitEmpty(goString),
  Pacfile: omitEmpty(goString),
  NetworkProxyEnable: omitEmpty(goBool),
  NetworkProxyURL: omitEmpty(goString),
  WpadURL: omitEmpty(goString),
  "pubsub-large-ProxyCertPEM": goList(goFilledBytes),
});
/** See {@linkcode goProxyConfig}. */
export type ProxyConfig = GoValue<typeof goProxyConfig>;

/** Embedded in the configuration of a port. */
export const goDhcpConfig = goStruct({
  Dhcp: omitEmpty(goUint8),
  AddrSubnet: omitEmpty(goString),
  Gateway: omitEmpty(goIP),
  DomainName: omitEmpty(goString),
  NTPServers: omitEmpty(goList(goString)),
  DNSServers: omitEmpty(goList(goIP)),
  Type: omitEmpty(goUint8),
});

/** `Dhcp` of a port. */
export const DhcpType = {
  DhcpTypeNOOP: 0,
  DhcpTypeStatic: 1,
  DhcpTypeNone: 2,
  DhcpTypeDeprecated: 3,
  DhcpTypeClient: 4,
} as const;

/** `Type` of a port: 4 and 6 prefer a family, 5 and 7 allow no other. */
export const NetworkType = {
  NetworkTypeNOOP: 0,
  NetworkTypeIPv4: 4,
  NetworkTypeIpv4Only: 5,
  NetworkTypeIPV6: 6,
  NetworkTypeIpv6Only: 7,
  NetworkTypeDualStack: 8,
} as const;

const goBondMIIMonitor = goStruct({
  Enabled: omitEmpty(goBool),
  Interval: omitEmpty(goUint32),
  UpDelay: omitEmpty(goUint32),
  DownDelay: omitEmpty(goUint32),
});
const goBondArpMonitor = goStruct({
  Enabled: omitEmpty(goBool),
  Interval: omitEmpty(goUint32),
  IPTargets: omitEmpty(goSet(goIP)),
});

/** Embedded in a port. `L2Type`: 0 none, 1 VLAN, 2 bond. The order of a bond's ports does not count. */
export const goL2LinkConfig = goStruct({
  L2Type: omitEmpty(goUint8),
  VLAN: goStruct({ ParentPort: omitEmpty(goString), ID: omitEmpty(goUint16) }),
  Bond: goStruct({
    AggregatedPorts: omitEmpty(goSet(goString)),
    Mode: omitEmpty(goUint8),
    LacpRate: omitEmpty(goUint8),
    MIIMonitor: goBondMIIMonitor,
    ARPMonitor: goBondArpMonitor,
  }),
});
/** See {@linkcode goL2LinkConfig}. */
export type L2LinkConfig = GoValue<typeof goL2LinkConfig>;

const goCredentials = goStruct({ Username: goString, Password: goString });

/** `IPType` of an access point, by its number in the device API. */
export const cellularIPTypes = ["", "ipv4", "ipv4v6", "ipv6"] as const;
/** The same of `AuthProtocol`. */
export const cellularAuthProtocols = ["", "pap", "chap", "pap-and-chap"] as const;

/** One access point of a cellular port (`spec/zedagent.md §8.8`). */
export const goCellularAccessPoint = goStruct({
  SIMSlot: omitEmpty(goUint8),
  Activated: omitEmpty(goBool),
  APN: omitEmpty(goString),
  IPType: omitEmpty(goString),
  AuthProtocol: omitEmpty(goString),
  CleartextCredentials: goCredentials,
  EncryptedCredentials: goCipherBlockStatus,
  PreferredPLMNs: omitEmpty(goList(goString)),
  PreferredRATs: omitEmpty(goList(goString)),
  ForbidRoaming: omitEmpty(goBool),
  AttachAPN: omitEmpty(goString),
  AttachIPType: omitEmpty(goString),
  AttachAuthProtocol: omitEmpty(goString),
  AttachCleartextCredentials: goCredentials,
});
/** See {@linkcode goCellularAccessPoint}. */
export type CellularAccessPoint = GoValue<typeof goCellularAccessPoint>;

/** `UserDefinedProbe.Method`: 0 none, 1 ICMP, 2 TCP. */
export const goCellularProbe = goStruct({
  Disable: goBool,
  UserDefinedProbe: goStruct({ Method: goUint8, ProbeHost: goString, ProbePort: goUint16 }),
});

/** One Wi-Fi network. `KeyScheme`: 0 none, 1 WPA-PSK, 2 WPA-EAP, 3 other. */
export const goWifiConfig = goStruct({
  SSID: omitEmpty(goString),
  KeyScheme: omitEmpty(goUint8),
  Identity: omitEmpty(goString),
  Password: omitEmpty(goString),
  Priority: omitEmpty(goInt),
  ...goCipherBlockStatus.fields,
});
/** See {@linkcode goWifiConfig}. */
export type WifiConfig = GoValue<typeof goWifiConfig>;

/** `WType`: 0 none, 1 cellular, 2 Wi-Fi. `Cellular` is the form before `CellularV2`. */
export const goWirelessConfig = goStruct({
  WType: omitEmpty(goUint8),
  CellularV2: goStruct({
    AccessPoints: omitEmpty(goList(goCellularAccessPoint)),
    Probe: goCellularProbe,
    LocationTracking: omitEmpty(goBool),
  }),
  Wifi: omitEmpty(goList(goWifiConfig)),
  Cellular: omitEmpty(goList(goStruct({
    APN: goString,
    ProbeAddr: goString,
    DisableProbe: goBool,
    LocationTracking: goBool,
  }))),
});
/** See {@linkcode goWirelessConfig}. */
export type WirelessConfig = GoValue<typeof goWirelessConfig>;

/** `WirelessConfig.WType` (`spec/zedagent.md §8.3`). */
export const WirelessType = { WirelessTypeNone: 0, WirelessTypeCellular: 1, WirelessTypeWifi: 2 } as const;

/** 802.1X of a port. The large field holds CA certificates; its name is Go's. */
export const goPNACConfig = goStruct({
  Enabled: goBool,
  EAPIdentity: omitEmpty(goString),
  EAPMethod: omitEmpty(goInt),
  CertEnrollmentProfileName: omitEmpty(goString),
  "pubsub-large-ProxyCertPEM": goList(goFilledBytes),
});
/** See {@linkcode goPNACConfig}. */
export type PNACConfig = GoValue<typeof goPNACConfig>;

/** Where a port's configuration comes from. */
export const goPortConfigSource = goStruct({ Origin: omitEmpty(goUint8), SubmittedAt: goTimeType });
/** See {@linkcode goPortConfigSource}. */
export type PortConfigSource = GoValue<typeof goPortConfigSource>;

/** `PortConfigSource.Origin` (`spec/nim.md §5.1`). */
export const NetworkConfigOrigin = {
  NetworkConfigOriginUnspecified: 0,
  NetworkConfigOriginController: 1,
  NetworkConfigOriginBootstrap: 2,
  NetworkConfigOriginOverride: 3,
  NetworkConfigOriginLastResort: 4,
  NetworkConfigOriginTUI: 5,
  NetworkConfigOriginLOC: 6,
  NetworkConfigOriginLPS: 7,
} as const;

/** `DPCState` of a port configuration (`spec/nim.md §7.1`). */
export const DPCState = {
  DPC_NONE: 0,
  DPC_FAIL: 1,
  DPC_FAIL_WITH_IPANDDNS: 2,
  DPC_SUCCESS: 3,
  DPC_IPDNS_WAIT: 4,
  DPC_PCI_WAIT: 5,
  DPC_INTF_WAIT: 6,
  DPC_REMOTE_WAIT: 7,
  DPC_ASYNC_WAIT: 8,
  DPC_WWAN_WAIT: 9,
} as const;

/** EVE's name of a {@linkcode DPCState}; `""` for none, and for numbers that have no name. */
export function dpcStateName(state: number): string {
  if (state === DPCState.DPC_NONE) return "";
  return Object.entries(DPCState).find(([, value]) => value === state)?.[0] ?? "";
}
