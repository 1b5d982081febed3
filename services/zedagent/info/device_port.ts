/** One port as the controller sees it: from its status, or from its configuration alone (`spec/zedagent.md §14.3`). Pure. */
import type { common, info } from "../../../proto/device.ts";
import {
  type AddrInfo,
  type IPNet,
  isZeroTime,
  type NetworkPortConfig,
  type NetworkPortStatus,
  type PortConfigSource,
  prefixLength,
  type ProxyConfig,
} from "../../topics/mod.ts";
import { testInfo, timeField } from "./error_info.ts";
import { bondStatus, macText, pnacStatus, wirelessStatus } from "./port_extras.ts";

/** Logical label → `AssignableAdapters` usage. */
export type PortUsages = ReadonlyMap<string, common.PhyIoMemberUsage>;

/** A port that is only configured. */
export function configuredPort(port: NetworkPortConfig, usages: PortUsages): info.IDevicePort {
  const [ntpServer, ...more_ntp_servers] = port.NTPServers ?? [];
  return {
    ...sharedFields(port, usages),
    networkUUID: port.NetworkUUID,
    subnet: port.AddrSubnet,
    ...(ntpServer === undefined ? {} : { ntpServer, more_ntp_servers }),
    dns: { DNSdomain: port.DomainName, DNSservers: port.DNSServers ?? [] },
    defaultRouters: port.Gateway === "" ? [] : [port.Gateway],
  };
}

/** A port as nim sees it now. @param config of the same port, where known: only it has the network's UUID */
export function livePort(
  port: NetworkPortStatus,
  config: NetworkPortConfig | undefined,
  usages: PortUsages,
): info.IDevicePort {
  const [ntpServer, ...more_ntp_servers] = port.NtpServers ?? [];
  const addresses = port.AddrInfoList ?? [];
  const located = addresses.find(({ LastGeoTimestamp }) => !isZeroTime(LastGeoTimestamp));
  const wireless_status = wirelessStatus(port);
  const pnac_status = pnacStatus(port);
  const bond_status = bondStatus(port);
  return {
    ...sharedFields(port, usages),
    ...(config === undefined ? {} : { networkUUID: config.NetworkUUID }),
    subnet: subnetText(port.IPv4Subnet ?? port.ConfiguredSubnet),
    ...(ntpServer === undefined ? {} : { ntpServer, more_ntp_servers }),
    dns: { DNSdomain: port.DomainName, DNSservers: port.DNSServers ?? [] },
    defaultRouters: port.DefaultRouters ?? [],
    up: port.Up,
    mtu: port.MTU,
    macAddr: macText(port.MacAddr),
    IPAddrs: addresses.map(({ Addr }) => Addr),
    domainname: port.DomainName,
    ...(located === undefined ? {} : { location: geoLocation(located) }),
    ...(wireless_status === undefined ? {} : { wireless_status }),
    ...(pnac_status === undefined ? {} : { pnac_status }),
    ...(bond_status === undefined ? {} : { bond_status }),
  };
}

function sharedFields(port: NetworkPortConfig | NetworkPortStatus, usages: PortUsages): info.IDevicePort {
  const usage = usages.get(port.Logicallabel);
  return {
    ifname: port.IfName,
    name: port.Logicallabel,
    isMgmt: port.IsMgmt,
    cost: port.Cost,
    free: port.Cost === 0,
    config_source: configSource(port.ConfigSource),
    dhcpType: port.Dhcp,
    proxy: proxyStatus(port),
    ...(usage === undefined ? {} : { usage }),
    err: testInfo(port),
  };
}

function configSource({ Origin, SubmittedAt }: PortConfigSource): common.IPortConfigSource {
  return { origin: Origin, ...timeField("submitted_at", SubmittedAt) };
}

function proxyStatus(port: ProxyConfig): info.IProxyStatus {
  return {
    proxies: (port.Proxies ?? []).map(({ type, server, port }) => ({ type, server, port })),
    exceptions: port.Exceptions,
    pacfile: port.Pacfile,
    networkProxyEnable: port.NetworkProxyEnable,
    networkProxyURL: port.NetworkProxyURL,
    wpadURL: port.WpadURL,
  };
}

function geoLocation({ Geo }: AddrInfo): info.IGeoLoc {
  return {
    UnderlayIP: Geo.ip,
    Hostname: Geo.hostname,
    City: Geo.city,
    Region: Geo.region,
    Country: Geo.country,
    Loc: Geo.loc,
    Org: Geo.org,
    Postal: Geo.postal,
  };
}

/** `192.0.2.0/24`; empty without a subnet. */
export function subnetText(subnet: IPNet | null): string {
  if (subnet === null || subnet.IP === "" || subnet.Mask === null) return "";
  return `${subnet.IP}/${prefixLength(subnet.Mask)}`;
}
