/** The command line of a port's dhcpcd (`spec/nim.md §14.3`). Pure: two ports with the same words need no restart. */
import { DhcpType, type NetworkPortConfig, NetworkType, WirelessType } from "../../topics/mod.ts";

/** What a config item says, and what the rank among the ports gives. */
export interface DhcpcdSettings {
  /** `dhcp.enable.vendorclassid` */
  readonly sendVendorClass: boolean;
  /** Of the routes that dhcpcd makes; see `routeMetrics`. Absent for a port without rank. */
  readonly metric?: number;
}

const vendorClass = "LFEDGE-EVE";
const noDefaultRoute = "0.0.0.0";

/**
 * The words behind `/sbin/dhcpcd`, the interface last.
 * @returns `undefined` for a port that gets no dhcpcd: not for DHCP or static addresses, cellular, or without a name
 */
export function dhcpcdArguments(
  port: NetworkPortConfig,
  settings: DhcpcdSettings,
): readonly string[] | undefined {
  const own = operation(port, settings);
  if (own === undefined || port.IfName === "") return undefined;
  if (port.WirelessCfg.WType === WirelessType.WirelessTypeCellular) return undefined;
  const metric = settings.metric === undefined ? [] : ["--metric", String(settings.metric)];
  const common = ["-f", "/etc/dhcpcd.conf", "-b", "-t", "0"];
  return [...own, ...metric, ...common, ...families(port.Type), port.IfName];
}

/** The words that end it and give the lease back. */
export function dhcpcdStopArguments(port: Pick<NetworkPortConfig, "IfName" | "Type">): readonly string[] {
  return ["--release", ...familyOnly(port.Type), port.IfName];
}

function operation(port: NetworkPortConfig, { sendVendorClass }: DhcpcdSettings): string[] | undefined {
  const gateway = port.Gateway === "" || port.Gateway === noDefaultRoute ? undefined : port.Gateway;
  switch (port.Dhcp) {
    case DhcpType.DhcpTypeClient: {
      const vendor = sendVendorClass ? ["-i", vendorClass] : [];
      if (gateway !== undefined) return ["--request", ...vendor, "--static", `routers=${gateway}`];
      const isOff = port.Gateway === noDefaultRoute || port.IgnoreDhcpGateways;
      return ["--request", ...vendor, ...(isOff ? ["--nogateway"] : [])];
    }
    case DhcpType.DhcpTypeStatic:
      return [
        ...["--static", `ip_address=${port.AddrSubnet}`],
        ...(gateway === undefined ? ["--nogateway"] : ["--static", `routers=${gateway}`]),
        ...given("domain_name", port.DomainName),
        ...given("domain_name_servers", (port.DNSServers ?? []).join(" ")),
        ...(port.NTPServers ?? []).flatMap((server) => given("ntp_servers", server)),
      ];
    default:
      return undefined;
  }
}

function given(name: string, value: string): string[] {
  return value === "" ? [] : ["--static", `${name}=${value}`];
}

function families(type: number): string[] {
  if (type === NetworkType.NetworkTypeIpv6Only) return ["--ipv6only"];
  return ["--noipv4ll", ...familyOnly(type)];
}

function familyOnly(type: number): string[] {
  if (type === NetworkType.NetworkTypeIpv4Only) return ["--ipv4only"];
  return type === NetworkType.NetworkTypeIpv6Only ? ["--ipv6only"] : [];
}
