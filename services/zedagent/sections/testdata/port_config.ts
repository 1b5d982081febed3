/** The port config that a configuration comes to, and parts of such configurations. */
import type { config } from "../../../../proto/device.ts";
import type { DevicePortConfig } from "../../../topics/mod.ts";
import { edgeDevConfig, networkUUID } from "../../testdata/edge_dev_config.ts";
import { devicePortConfig } from "../device_port_config.ts";
import { networkObjects } from "../networks.ts";
import { physicalIOAdapters } from "../physical_io.ts";

/** Of every stamp and every error. */
export const time = "2026-05-20T22:13:31.07683525Z";

/** From the controller. */
export function dpcOf(fields: config.IEdgeDevConfig): DevicePortConfig {
  const from = edgeDevConfig(fields);
  return devicePortConfig({
    systemAdapters: from.systemAdapterList,
    adapters: physicalIOAdapters(from.deviceIoList).entries,
    networks: networkObjects(from.networks, new Map(), time).entries,
    bonds: from.bonds,
    vlans: from.vlans,
    pnacs: from.pnacs,
    scepProfiles: from.scep_profiles,
  }, { key: "", origin: 1, timePriority: time, submittedAt: time, now: time });
}

/** For management, over `eth0` of `edge_dev_config.ts`. */
export const mgmt = { name: "mgmt0", uplink: true, networkUUID } as const;

/** An adapter whose interface is named like itself; Ethernet by default. */
export const adapter = (label: string, ptype = 1) => ({
  ptype,
  phylabel: label,
  logicallabel: label,
  phyaddrs: { ifname: label },
});
