/** `LocalNetworkConfig` of a local server → `DevicePortConfig` with the key `lps` (`spec/zedagent.md §8.7`, `spec/nim.md §9`). Pure. */
import { common, profile } from "../../../proto/device.ts";
import {
  cellularAuthProtocols,
  cellularIPTypes,
  type DevicePortConfig,
  type DevicePortConfigList,
  DhcpType,
  goCellularAccessPoint,
  goDevicePortConfig,
  goNetworkPortConfig,
  goWifiConfig,
  goWirelessConfig,
  NetworkConfigOrigin,
  type NetworkPortConfig,
  NetworkType,
  parseIP,
  type WirelessConfig,
  WirelessType,
} from "../../topics/mod.ts";
import { emptyToNull, refuse, SectionError } from "../sections/section.ts";
import { parseSubnet } from "../sections/subnet.ts";

/** What is in force without a local server, and reverts an earlier one. */
export const emptyLpsConfig: DevicePortConfig = goDevicePortConfig.make({ Version: 1, Key: "lps" });

/** A config, or why the whole of it is refused. */
export type LocalNetworkResult =
  | { readonly kind: "config"; readonly value: DevicePortConfig }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * All ports or none.
 * @param list nim's list: a port must be in its current config, which has its addresses
 * @param receivedAt Go time
 */
export function localNetworkConfig(
  ports: readonly profile.NetworkPortConfig[],
  list: DevicePortConfigList | undefined,
  receivedAt: string,
): LocalNetworkResult {
  try {
    const known = currentPorts(list);
    const Ports = ports.map((port) => portConfig(port, known, receivedAt));
    return { kind: "config", value: { ...emptyLpsConfig, Ports: Ports.length === 0 ? null : Ports } };
  } catch (error) {
    if (error instanceof SectionError) return { kind: "refused", reason: error.message };
    throw error;
  }
}

/** The same but for the time at which it came. */
export function sameLocalNetwork(a: DevicePortConfig, b: DevicePortConfig): boolean {
  const untimed = (config: DevicePortConfig): DevicePortConfig => ({
    ...config,
    Ports: config.Ports === null || config.Ports.length === 0 ? null : config.Ports.map((port) => ({
      ...port,
      ConfigSource: { ...port.ConfigSource, SubmittedAt: "0001-01-01T00:00:00Z" },
    })),
  });
  return goDevicePortConfig.equal(untimed(a), untimed(b));
}

function currentPorts(list: DevicePortConfigList | undefined): readonly NetworkPortConfig[] {
  const current = list?.PortConfigList?.[list.CurrentIndex];
  return current?.Ports ?? refuse("no network configuration is currently active");
}

const mtuLimits = { min: 1280, max: 65_535 } as const;

function portConfig(
  port: profile.NetworkPortConfig,
  known: readonly NetworkPortConfig[],
  receivedAt: string,
): NetworkPortConfig {
  const label = port.logical_label;
  if (label === "") refuse("port configuration with undefined logical label");
  const name = `port ${JSON.stringify(label)}`;
  const base = known.find(({ Logicallabel }) => Logicallabel === label) ??
    refuse(`port with logical label ${JSON.stringify(label)} not found in the current config`);
  if (port.mtu !== 0 && port.mtu < mtuLimits.min) refuse(`${name}: MTU (${port.mtu}) is too small`);
  if (port.mtu > mtuLimits.max) refuse(`${name}: MTU (${port.mtu}) is too large`);
  const ignore = port.dhcp_options_ignore;
  const proxy = port.proxy_config;
  return goNetworkPortConfig.make({
    IfName: base.IfName,
    USBAddr: base.USBAddr,
    PCIAddr: base.PCIAddr,
    Phylabel: base.Phylabel,
    Logicallabel: label,
    MTU: port.mtu,
    Dhcp: port.use_dhcp ? DhcpType.DhcpTypeClient : DhcpType.DhcpTypeStatic,
    AddrSubnet: only(name, "static IP addresses", port.ip_addresses, (text) => {
      if (parseSubnet(text) === undefined) refuse(`${name}: invalid IP address ${JSON.stringify(text)}`);
    }),
    Gateway: port.without_default_route
      ? "0.0.0.0"
      : only(name, "static IP gateways", port.gateways, (text) => address(name, "gateway", text)),
    DomainName: port.dns_domain,
    NTPServers: emptyToNull(port.ntp_servers),
    DNSServers: emptyToNull(port.dns_servers.map((text) => address(name, "DNS server", text))),
    Type: ipTypes[port.ip_version] ?? refuse(`${name}: IP version ${port.ip_version} is not known`),
    IgnoreDhcpIPAddresses: ignore?.ip_addresses_exclusively ?? false,
    IgnoreDhcpGateways: ignore?.gateways_exclusively ?? false,
    IgnoreDhcpDNSConfig: ignore?.dns_config_exclusively ?? false,
    IgnoreDhcpNtpServers: ignore?.ntp_server_exclusively ?? false,
    NetworkProxyEnable: proxy?.networkProxyEnable ?? false,
    NetworkProxyURL: proxy?.networkProxyURL ?? "",
    Pacfile: proxy?.pacfile ?? "",
    Exceptions: proxy?.exceptions ?? "",
    "pubsub-large-ProxyCertPEM": emptyToNull(proxy?.proxyCertPEM ?? []),
    Proxies: emptyToNull(
      (proxy?.proxies ?? []).map(({ proto, server, port }) => ({ type: proto & 0xff, server, port })),
    ),
    WirelessCfg: wireless(name, port),
    ConfigSource: { Origin: NetworkConfigOrigin.NetworkConfigOriginLPS, SubmittedAt: receivedAt },
  });
}

/** By `IPVersion`; unspecified prefers IPv4. */
const ipTypes = [
  NetworkType.NetworkTypeIPv4,
  NetworkType.NetworkTypeDualStack,
  NetworkType.NetworkTypeIpv4Only,
  NetworkType.NetworkTypeIpv6Only,
] as const;

function only(name: string, what: string, list: readonly string[], check: (text: string) => void): string {
  const [first, ...more] = list;
  if (more.length > 0) refuse(`${name}: multiple ${what} are not supported`);
  if (first === undefined) return "";
  check(first);
  return first;
}

function address(name: string, what: string, text: string): string {
  return parseIP(text) === undefined
    ? refuse(`${name}: invalid ${what} IP address ${JSON.stringify(text)}`)
    : text;
}

const { CELLULAR_AUTH_PROTOCOL_NONE } = common.CellularAuthProtocol;
const { WIRELESS_TYPE_CELLULAR, WIRELESS_TYPE_WIFI } = profile.WirelessType;

function wireless(name: string, port: profile.NetworkPortConfig): WirelessConfig {
  switch (port.wireless_device_type) {
    case WIRELESS_TYPE_CELLULAR:
      return cellular(name, port.cellular_config ?? refuse(`${name}: missing cellular configuration`));
    case WIRELESS_TYPE_WIFI: {
      const wifi = port.wifi_config ?? refuse(`${name}: missing WiFi configuration`);
      return goWirelessConfig.make({
        WType: WirelessType.WirelessTypeWifi,
        Wifi: [goWifiConfig.make({
          SSID: wifi.ssid,
          KeyScheme: wifi.key_scheme & 0xff,
          Identity: wifi.identity,
          Password: wifi.password,
        })],
      });
    }
    default:
      return goWirelessConfig.zero();
  }
}

function cellular(name: string, config: profile.CellularConfig): WirelessConfig {
  const named = (list: readonly string[], number: number, what: string) =>
    list[number] ?? refuse(`${name}: ${what} ${number} is not known`);
  const bearer = config.default_bearer_auth;
  const attach = config.attach_bearer_auth;
  const auth = (protocol: number | undefined) =>
    named(cellularAuthProtocols, protocol ?? CELLULAR_AUTH_PROTOCOL_NONE, "authentication protocol");
  if (config.activate_sim_slot > 255) {
    refuse(`${name}: SIM slot ${config.activate_sim_slot} is above 255`);
  }
  const point = goCellularAccessPoint.make({
    SIMSlot: config.activate_sim_slot,
    Activated: true,
    APN: config.apn,
    IPType: named(cellularIPTypes, config.ip_type, "IP type"),
    AuthProtocol: auth(bearer?.auth_protocol),
    CleartextCredentials: { Username: bearer?.username ?? "", Password: bearer?.password ?? "" },
    ForbidRoaming: config.forbid_roaming,
    AttachAPN: config.attach_apn,
    AttachIPType: named(cellularIPTypes, config.attach_ip_type, "attach IP type"),
    AttachAuthProtocol: auth(attach?.auth_protocol),
    AttachCleartextCredentials: { Username: attach?.username ?? "", Password: attach?.password ?? "" },
  });
  const custom = config.probe?.custom_probe;
  const Method = custom?.probe_method ?? 0;
  if (Method > 2) refuse(`${name}: cellular probe method ${Method} is not known`);
  const { host = "", port = 0 } = custom?.probe_endpoint ?? {};
  if (Method !== 0) address(name, "cellular probe", host);
  return goWirelessConfig.make({
    WType: WirelessType.WirelessTypeCellular,
    CellularV2: {
      AccessPoints: [point],
      Probe: {
        Disable: config.probe?.disable ?? false,
        UserDefinedProbe: {
          Method,
          ProbeHost: Method === 0 ? "" : host,
          ProbePort: Method === 2 ? port & 0xffff : 0,
        },
      },
      LocationTracking: config.location_tracking,
    },
  });
}
