/** `NetworkInfo`: which port configs there are, which is in force, and how the ports are (`spec/zedagent.md §17`, `/api/v1/network`). Pure. */
import { common, profile } from "../../../proto/device.ts";
import {
  cellularAuthProtocols,
  cellularIPTypes,
  compareTimes,
  type DeviceNetworkStatus,
  type DevicePortConfig,
  type DevicePortConfigList,
  DhcpType,
  DPCState,
  dpcStateName,
  formatIP,
  hasError,
  isZeroTime,
  type NetworkPortConfig,
  type NetworkPortStatus,
  NetworkType,
  parseIP,
  prefixLength,
  WirelessType,
} from "../../topics/mod.ts";
import { timeField } from "../info/error_info.ts";
import { macText } from "../info/port_extras.ts";

/** What goes into one message. */
export interface NetworkInfoInputs {
  readonly list: DevicePortConfigList | undefined;
  readonly status: DeviceNetworkStatus | undefined;
  /** In force from this very server. */
  readonly local: DevicePortConfig;
  /** Why its last config was refused. */
  readonly lastError: string;
}

/** `undefined` before nim has a current config. */
export function networkInfo(
  { list, status, local, lastError }: NetworkInfoInputs,
): profile.INetworkInfo | undefined {
  const index = list?.CurrentIndex ?? -1;
  const latest = list?.PortConfigList?.[0];
  const current = list?.PortConfigList?.[index];
  if (latest === undefined || current === undefined || status === undefined) return undefined;
  const ports = (config: DevicePortConfig) => (config.Ports ?? []).map((port) => configured(port, status));
  return {
    latest_config: ports(latest),
    config_testing: testing(current),
    is_using_fallback_config: index > 0,
    ...(index > 0 ? { fallback_config: ports(current) } : {}),
    local_config: { ports: ports(local), error_message: lastError },
    port_status: (status.Ports ?? []).map(portStatus),
  };
}

const inProgress: readonly number[] = [
  DPCState.DPC_IPDNS_WAIT,
  DPCState.DPC_PCI_WAIT,
  DPCState.DPC_INTF_WAIT,
  DPCState.DPC_REMOTE_WAIT,
  DPCState.DPC_ASYNC_WAIT,
  DPCState.DPC_WWAN_WAIT,
];

function testing(config: DevicePortConfig): profile.INetworkConfigTestingStatus {
  const { LastFailed, LastSucceeded, LastError, State } = config;
  const last = compareTimes(LastFailed, LastSucceeded) > 0 ? LastFailed : LastSucceeded;
  return {
    controller_reachable: !isZeroTime(LastSucceeded) && !hasError(config),
    connectivity_error: hasError(config) ? LastError : "",
    ...timeField("last_test_time", last),
    testing_in_progress: inProgress.includes(State),
    testing_phase: dpcStateName(State),
  };
}

function configured(port: NetworkPortConfig, network: DeviceNetworkStatus): profile.INetworkPortConfig {
  const status = network.Ports?.find(({ Logicallabel }) => Logicallabel === port.Logicallabel);
  const { Origin, SubmittedAt } = port.ConfigSource;
  const applied = status !== undefined && status.ConfigSource.Origin === Origin &&
    compareTimes(status.ConfigSource.SubmittedAt, SubmittedAt) === 0;
  return {
    logical_label: port.Logicallabel,
    port_addresses: { interface_name: port.IfName, pci_address: port.PCIAddr, usb_address: port.USBAddr },
    config_applied: applied,
    ip_version: ipVersions.get(port.Type) ?? profile.IPVersion.IP_VERSION_UNSPECIFIED,
    use_dhcp: port.Dhcp === DhcpType.DhcpTypeClient,
    dhcp_options_ignore: {
      ntp_server_exclusively: port.IgnoreDhcpNtpServers,
      ip_addresses_exclusively: port.IgnoreDhcpIPAddresses,
      dns_config_exclusively: port.IgnoreDhcpDNSConfig,
      gateways_exclusively: port.IgnoreDhcpGateways,
    },
    ip_addresses: port.AddrSubnet === "" ? [] : [port.AddrSubnet],
    gateways: port.Gateway === "" ? [] : [port.Gateway],
    without_default_route: hasNoDefaultRoute(port),
    dns_servers: port.DNSServers ?? [],
    dns_domain: port.DomainName,
    ntp_servers: port.NTPServers ?? [],
    mtu: port.MTU,
    proxy_config: {
      networkProxyEnable: port.NetworkProxyEnable,
      proxies: (port.Proxies ?? []).map(({ type, server, port }) => ({ proto: type, server, port })),
      exceptions: port.Exceptions,
      pacfile: port.Pacfile,
      networkProxyURL: port.NetworkProxyURL,
      proxyCertPEM: port["pubsub-large-ProxyCertPEM"] ?? [],
    },
    ...wireless(port),
    config_source: { origin: Origin, ...timeField("submitted_at", SubmittedAt) },
    error_message: errorMessage(port, applied ? status : undefined, status),
    local_modifications_allowed: port.AllowLocalModifications,
  };
}

const ipVersions: ReadonlyMap<number, profile.IPVersion> = new Map([
  [NetworkType.NetworkTypeIPv4, profile.IPVersion.IP_VERSION_DUAL_STACK],
  [NetworkType.NetworkTypeIPV6, profile.IPVersion.IP_VERSION_DUAL_STACK],
  [NetworkType.NetworkTypeDualStack, profile.IPVersion.IP_VERSION_DUAL_STACK],
  [NetworkType.NetworkTypeIpv4Only, profile.IPVersion.IP_VERSION_IPV4_ONLY],
  [NetworkType.NetworkTypeIpv6Only, profile.IPVersion.IP_VERSION_IPV6_ONLY],
]);

function hasNoDefaultRoute({ Gateway, Dhcp, IgnoreDhcpGateways }: NetworkPortConfig): boolean {
  if (Gateway !== "") return /^(0\.0\.0\.0|::)$/.test(formatIP(parseIP(Gateway) ?? new Uint8Array(16)));
  return Dhcp === DhcpType.DhcpTypeStatic || (Dhcp === DhcpType.DhcpTypeClient && IgnoreDhcpGateways);
}

const originLPS = common.NetworkConfigOrigin.NETWORK_CONFIG_ORIGIN_LPS;

function errorMessage(
  port: NetworkPortConfig,
  applied: NetworkPortStatus | undefined,
  status: NetworkPortStatus | undefined,
): string {
  const lpsError = status?.LpsConfigError ?? "";
  if (port.ConfigSource.Origin === originLPS && lpsError !== "") return lpsError;
  const tested = applied ?? port;
  return hasError(tested) ? tested.LastError : "";
}

const numberOf = (list: readonly string[], name: string) => Math.max(0, list.indexOf(name));

/** Names and secrets of an account stay here. */
function wireless({ WirelessCfg }: NetworkPortConfig): profile.INetworkPortConfig {
  switch (WirelessCfg.WType) {
    case WirelessType.WirelessTypeCellular: {
      const { AccessPoints, Probe, LocationTracking } = WirelessCfg.CellularV2;
      const point = AccessPoints?.find(({ Activated }) => Activated);
      const { Method, ProbeHost, ProbePort } = Probe.UserDefinedProbe;
      return {
        wireless_device_type: profile.WirelessType.WIRELESS_TYPE_CELLULAR,
        cellular_config: {
          probe: {
            disable: Probe.Disable,
            custom_probe: { probe_method: Method, probe_endpoint: { host: ProbeHost, port: ProbePort } },
          },
          location_tracking: LocationTracking,
          ...(point === undefined ? {} : {
            apn: point.APN,
            attach_apn: point.AttachAPN,
            ip_type: numberOf(cellularIPTypes, point.IPType),
            attach_ip_type: numberOf(cellularIPTypes, point.AttachIPType),
            activate_sim_slot: point.SIMSlot,
            forbid_roaming: point.ForbidRoaming,
            default_bearer_auth: { auth_protocol: numberOf(cellularAuthProtocols, point.AuthProtocol) },
            attach_bearer_auth: { auth_protocol: numberOf(cellularAuthProtocols, point.AttachAuthProtocol) },
          }),
        },
      };
    }
    case WirelessType.WirelessTypeWifi: {
      const wifi = WirelessCfg.Wifi?.[0];
      return {
        wireless_device_type: profile.WirelessType.WIRELESS_TYPE_WIFI,
        wifi_config: { ssid: wifi?.SSID ?? "", key_scheme: wifi?.KeyScheme ?? 0 },
      };
    }
    default:
      return {};
  }
}

function portStatus(port: NetworkPortStatus): profile.INetworkPortStatus {
  return {
    logical_label: port.Logicallabel,
    interface_name: port.IfName,
    link_up: port.Up,
    mac_address: macText(port.MacAddr),
    ip_addresses: (port.AddrInfoList ?? []).map(({ Addr, Mask }) => `${Addr}/${maskedBits(Addr, Mask)}`),
    gateways: port.DefaultRouters ?? [],
    dns_servers: port.DNSServers ?? [],
    dns_domain: port.DomainName,
    ntp_servers: port.NtpServers ?? [],
    mtu: port.MTU,
  };
}

/** Without a mask, that of a single address. */
function maskedBits(address: string, mask: Uint8Array | null): number {
  return mask !== null ? prefixLength(mask) : address.includes(":") ? 128 : 32;
}
