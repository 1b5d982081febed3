/** Ports of the lab as a controller configures them: adapters, system adapters, networks. */
import type { config } from "../../../proto/all.ts";

/** A management port; by DHCP without `address`. */
export interface LabPort {
  readonly ifName: string;
  readonly cost?: number;
  /** e.g. `10.77.0.77`; its subnet is /24. */
  readonly address?: string;
  readonly gateway?: string;
}

const usageManagement = 1;
const [dhcpStatic, dhcpClient] = [1, 4];

/** A configuration with these ports and quick timers. */
export function labDeviceConfig(...ports: readonly LabPort[]): config.IEdgeDevConfig {
  return {
    device_name: "lab-device",
    configItems: [
      { key: "timer.config.interval", value: "5" },
      { key: "timer.metric.interval", value: "5" },
      { key: "newlog.allow.fastupload", value: "true" },
      { key: "timer.port.timeout", value: "3" },
    ],
    deviceIoList: ports.map(({ ifName }) => ({
      ptype: 1,
      phylabel: ifName,
      logicallabel: ifName,
      phyaddrs: { Ifname: ifName },
      usage: usageManagement,
    })),
    systemAdapterList: ports.map(({ ifName, cost = 0, address = "" }, index) => ({
      name: ifName,
      uplink: true,
      networkUUID: networkId(index),
      cost,
      addr: address,
    })),
    networks: ports.map(({ address, gateway = "" }, index) => ({
      id: networkId(index),
      type: 4,
      ip: address === undefined ? { dhcp: dhcpClient } : {
        dhcp: dhcpStatic,
        subnet: address.replace(/\.\d+$/, ".0/24"),
        gateway,
        dns: [gateway],
      },
    })),
  };
}

function networkId(index: number): string {
  return `572cd3bc-ade6-42ad-97a0-22cd24fed1a${index}`;
}
