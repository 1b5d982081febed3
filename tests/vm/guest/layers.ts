/** Port configurations with bonds and VLANs, as zedagent makes them of a controller's. */
import type { NetworkPortConfig } from "../../../services/topics/mod.ts";
import { DhcpType, NetworkType } from "../../../services/topics/mod.ts";
import { dhcpPort } from "../../netns/nim/lab_config.ts";

/** A port that only carries others. */
export function lowerPort(IfName: string): NetworkPortConfig {
  return dhcpPort(IfName, {
    IsMgmt: false,
    IsL3Port: false,
    Dhcp: DhcpType.DhcpTypeNOOP,
    Type: NetworkType.NetworkTypeNOOP,
  });
}

/** A bond of `eth0` and `eth1`; a management port with DHCP unless `more` says otherwise. */
export function bondPort(
  IfName: string,
  Mode: number,
  more: Partial<NetworkPortConfig> = {},
): NetworkPortConfig {
  return dhcpPort(IfName, {
    L2Type: 2,
    Bond: {
      AggregatedPorts: ["eth0", "eth1"],
      Mode,
      LacpRate: Mode === 5 ? 2 : 0,
      MIIMonitor: { Enabled: true, Interval: 100, UpDelay: 0, DownDelay: 0 },
      ARPMonitor: { Enabled: false, Interval: 0, IPTargets: null },
    },
    ...more,
  });
}

/** A VLAN; a management port with DHCP. */
export function vlanPort(
  IfName: string,
  ParentPort: string,
  ID: number,
  more: Partial<NetworkPortConfig> = {},
): NetworkPortConfig {
  return dhcpPort(IfName, { L2Type: 1, VLAN: { ParentPort, ID }, ...more });
}
