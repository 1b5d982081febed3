/** Port configurations for the lab. */
import {
  type DevicePortConfig,
  DhcpType,
  goDevicePortConfig,
  goNetworkPortConfig,
  type NetworkPortConfig,
  NetworkType,
} from "../../../services/topics/mod.ts";

/** A management port with DHCP. */
export function dhcpPort(IfName: string, more: Partial<NetworkPortConfig> = {}): NetworkPortConfig {
  return goNetworkPortConfig.make({
    IfName,
    Phylabel: IfName,
    Logicallabel: IfName,
    IsMgmt: true,
    IsL3Port: true,
    Dhcp: DhcpType.DhcpTypeClient,
    Type: NetworkType.NetworkTypeIPv4,
    ...more,
  });
}

/** A management port with a static address. */
export function staticPort(
  IfName: string,
  AddrSubnet: string,
  Gateway: string,
  more: Partial<NetworkPortConfig> = {},
): NetworkPortConfig {
  return dhcpPort(IfName, {
    Dhcp: DhcpType.DhcpTypeStatic,
    AddrSubnet,
    Gateway,
    DNSServers: [Gateway],
    ...more,
  });
}

let sent = 0;

/** As zedagent publishes it; each is newer than the one before. */
export function portConfig(...Ports: readonly NetworkPortConfig[]): DevicePortConfig {
  sent++;
  const TimePriority = new Date(Date.UTC(2026, 0, 1) + sent * 1000).toISOString();
  return goDevicePortConfig.make({ Version: 1, TimePriority, Ports });
}
