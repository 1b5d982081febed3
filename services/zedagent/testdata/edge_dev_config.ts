/** Configurations for tests, as they arrive: every scalar and list present. */
import { type config, EdgeDevConfig } from "../../../proto/device.ts";

/** Through the wire and back. */
export function edgeDevConfig(fields: config.IEdgeDevConfig): EdgeDevConfig {
  return EdgeDevConfig.decode(EdgeDevConfig.encode(fields).finish());
}

export const networkUUID = "572cd3bc-ade6-42ad-97a0-22cd24fed1a0";

/** An Ethernet adapter for management. */
export const eth0 = {
  ptype: 1,
  phylabel: "ethernet0",
  logicallabel: "mgmt0",
  phyaddrs: { Ifname: "eth0", PciLong: "0000:f4:00.0" },
  usage: 1,
} as const;

/** IPv4 by DHCP. */
export const dhcpNetwork = { id: networkUUID, type: 4, ip: { dhcp: 4 } } as const;
