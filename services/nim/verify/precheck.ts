/**
 * A cheap look before a working configuration is taken down for another (`spec/nim.md §19 W26`): could the other work at
 * all? Pure.
 */
import {
  type AssignableAdapters,
  type DevicePortConfig,
  type NetworkPortConfig,
  WirelessType,
} from "../../topics/mod.ts";
import type { Network } from "../parts.ts";
import { isInPCIBack } from "./adapters.ts";
import { managementPorts } from "./verdict.ts";

const VLAN = 1;
const BOND = 2;

/**
 * @returns why it can't work: each of its management ports is without device or without link. `undefined` if one may
 * work; of a modem, and of an interface that is switched off, nothing can be known before it is tried.
 */
export function hopeless(
  dpc: DevicePortConfig,
  network: Network,
  adapters: AssignableAdapters | undefined,
): string | undefined {
  const reasons: string[] = [];
  for (const port of managementPorts(dpc)) {
    const reason = portDefect(port, dpc, network, adapters);
    if (reason === undefined) return undefined;
    reasons.push(reason);
  }
  return reasons.length === 0 ? "no management port" : reasons.join("; ");
}

function portDefect(
  port: NetworkPortConfig,
  dpc: DevicePortConfig,
  network: Network,
  adapters: AssignableAdapters | undefined,
): string | undefined {
  if (isInPCIBack(adapters, port)) return `port ${port.Logicallabel} is in PCIBack`;
  if (port.WirelessCfg.WType === WirelessType.WirelessTypeCellular) return undefined;
  const lower = lowerPorts(port, dpc);
  if (lower.length > 0) {
    const reasons = lower.map((each) => portDefect(each, { ...dpc, Ports: [] }, network, adapters));
    return reasons.includes(undefined) ? undefined : reasons.join("; ");
  }
  const link = network.links.find(({ name }) => name === port.IfName);
  if (link === undefined) return `interface ${port.IfName} is missing`;
  const isWifi = port.WirelessCfg.WType === WirelessType.WirelessTypeWifi;
  return link.up || !link.adminUp || isWifi ? undefined : `link of ${port.IfName} is down`;
}

/** The ports below a VLAN or a bond, whose own interface is made only when they are applied. */
function lowerPorts(port: NetworkPortConfig, dpc: DevicePortConfig): readonly NetworkPortConfig[] {
  const labels = port.L2Type === VLAN
    ? [port.VLAN.ParentPort]
    : port.L2Type === BOND
    ? port.Bond.AggregatedPorts ?? []
    : [];
  return (dpc.Ports ?? []).filter(({ Logicallabel }) => labels.includes(Logicallabel));
}
