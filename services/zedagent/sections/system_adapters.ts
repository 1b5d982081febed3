/** `systemAdapterList` → ports, the layers below a port before it (`spec/zedagent.md §8.5`). */
import type { config } from "../../../proto/device.ts";
import {
  DhcpType,
  type NetworkPortConfig,
  type NetworkXObjectConfig,
  nilUUID,
  parseIP,
  prefixLength,
} from "../../topics/mod.ts";
import { goProxyConfig } from "../../topics/mod.ts";
import { isNetworkAdapter } from "./physical_io.ts";
import { draft, type LowerLayer, type LowerLayers, type PortDraft } from "./port_draft.ts";
import { optionalUUID, quote } from "./section.ts";

/** What system adapters refer to. */
export interface SystemAdapterContext {
  readonly layers: LowerLayers;
  readonly networks: ReadonlyMap<string, NetworkXObjectConfig>;
}

/** The ports, and what is wrong with the list as a whole. */
export interface SystemAdapterPorts {
  readonly version: number;
  readonly drafts: readonly PortDraft[];
  readonly errors: readonly string[];
}

const largestCost = 255;
/** More could not pass through the bus, where a port takes at least 400 bytes of 64 KiB (`spec/pubsub.md §3.3`). */
export const mostSystemAdapters = 160;

/** Pure; nothing is thrown: an adapter without a usable lower layer gives an error of the list and no port. */
export function systemAdapterPorts(
  adapters: readonly config.SystemAdapter[],
  context: SystemAdapterContext,
): SystemAdapterPorts {
  const version = adapters.some((adapter) => adapter.uplink) ? 1 : 0;
  const errors: string[] = [];
  const drafts: PortDraft[] = [];
  const emitted = new Set<string>();
  const nameOf = new Map(adapters.map((adapter) => [lowerName(adapter), adapter.name]));

  const emitBelow = (layer: LowerLayer) => {
    for (const label of layer.below) {
      const [below] = context.layers.get(label) ?? [];
      if (below === undefined || emitted.has(label) || nameOf.has(label)) continue;
      emitted.add(label);
      emitBelow(below);
      drafts.push(draft({ ...below.settings, Logicallabel: label }, below.errors));
    }
  };
  for (const adapter of adapters) {
    const found = context.layers.get(lowerName(adapter)) ?? [];
    const [layer] = found;
    if (layer === undefined || found.length > 1) {
      errors.push(
        `system adapter ${quote(adapter.name)}: expected one lower layer ${
          quote(lowerName(adapter))
        }, found ${found.length}`,
      );
    } else if (layer.adapter !== undefined && !isNetworkAdapter(layer.adapter)) {
      errors.push(
        `system adapter ${quote(adapter.name)}: ${
          quote(layer.label)
        } has type ${layer.adapter.Ptype}, which is no network`,
      );
    } else {
      emitBelow(layer);
      drafts.push(layer3Port(adapter, layer, version, context));
    }
  }
  for (const each of drafts) each.port = withRenamedLayers(each.port, nameOf);
  return { version, drafts, errors };
}

function lowerName(adapter: config.SystemAdapter): string {
  return adapter.lowerLayerName === "" ? adapter.name : adapter.lowerLayerName;
}

function layer3Port(
  adapter: config.SystemAdapter,
  layer: LowerLayer,
  version: number,
  context: SystemAdapterContext,
): PortDraft {
  const errors = [...layer.errors];
  const isMgmt = version === 0 || adapter.uplink;
  const networkUUID = optionalUUID(adapter.networkUUID);
  const network = networkUUID === undefined ? undefined : context.networks.get(networkUUID);
  const port: Partial<NetworkPortConfig> = {
    ...layer.settings,
    Logicallabel: adapter.name,
    Alias: adapter.alias,
    SharedLabels: adapter.shared_labels.length === 0 ? null : adapter.shared_labels,
    AllowLocalModifications: adapter.allow_local_modifications,
    NetworkUUID: networkUUID ?? nilUUID,
    IsL3Port: true,
    IsMgmt: isMgmt,
    Cost: version === 0 ? 0 : portCost(adapter, layer, context.layers),
    Dhcp: DhcpType.DhcpTypeNone,
  };
  if (adapter.networkUUID === "") {
    if (isMgmt) errors.push(`management port ${quote(adapter.name)} has no network`);
  } else if (network === undefined) {
    errors.push(
      `port ${quote(adapter.name)} refers to the network ${quote(adapter.networkUUID)}, which does not exist`,
    );
  } else if (network.Error !== "") {
    errors.push(
      `Network ${networkUUID} assigned to port ${adapter.name} has invalid config: ${network.Error}`,
    );
  }
  const addressIsBad = adapter.addr !== "" && parseIP(adapter.addr) === undefined;
  if (addressIsBad) errors.push(`port ${quote(adapter.name)}: ${quote(adapter.addr)} is no IP address`);
  if (network === undefined || network.Error !== "") return draft(port, errors);
  checkDhcp(network.Dhcp, adapter, isMgmt, errors);
  return draft({
    ...port,
    ...fromNetwork(network, layer),
    AddrSubnet: addressIsBad ? "" : addressWithPrefix(adapter.addr, network),
  }, errors);
}

function fromNetwork(network: NetworkXObjectConfig, layer: LowerLayer): Partial<NetworkPortConfig> {
  return {
    Dhcp: network.Dhcp,
    Type: network.Type,
    Gateway: network.Gateway,
    DomainName: network.DomainName,
    NTPServers: network.NTPServers,
    DNSServers: network.DNSServers,
    IgnoreDhcpNtpServers: network.IgnoreDhcpNtpServers,
    IgnoreDhcpIPAddresses: network.IgnoreDhcpIPAddresses,
    IgnoreDhcpGateways: network.IgnoreDhcpGateways,
    IgnoreDhcpDNSConfig: network.IgnoreDhcpDNSConfig,
    MTU: network.MTU,
    ...(network.Proxy ?? goProxyConfig.zero()),
    ...(network.WirelessCfg.WType === 0 && layer.settings.WirelessCfg !== undefined
      ? { WirelessCfg: layer.settings.WirelessCfg }
      : { WirelessCfg: network.WirelessCfg }),
  };
}

function checkDhcp(dhcp: number, adapter: config.SystemAdapter, isMgmt: boolean, errors: string[]): void {
  const { DhcpTypeStatic, DhcpTypeNone, DhcpTypeClient } = DhcpType;
  if (dhcp === DhcpTypeStatic && adapter.addr === "") {
    errors.push(`port ${quote(adapter.name)} is static and has no address`);
  } else if (dhcp === DhcpTypeNone && isMgmt) {
    errors.push(`management port ${quote(adapter.name)} has DHCP type 2 (none)`);
  } else if (dhcp !== DhcpTypeStatic && dhcp !== DhcpTypeNone && dhcp !== DhcpTypeClient) {
    errors.push(`port ${quote(adapter.name)}: expected a DHCP type of 1, 2 or 4, got ${dhcp}`);
  }
}

function addressWithPrefix(addr: string, network: NetworkXObjectConfig): string {
  const mask = network.Subnet.Mask;
  return addr === "" || mask === null ? "" : `${addr}/${prefixLength(mask)}`;
}

function portCost(adapter: config.SystemAdapter, layer: LowerLayer, layers: LowerLayers): number {
  if (adapter.cost !== 0) return Math.min(adapter.cost, largestCost);
  const anyFree = [...layers.values()].flat().some((each) => each.adapter?.UsagePolicy.FreeUplink);
  return anyFree && !isFree(layer, layers) ? 1 : 0;
}

function isFree(layer: LowerLayer, layers: LowerLayers, depth = 0): boolean {
  if (layer.adapter !== undefined) return layer.adapter.UsagePolicy.FreeUplink;
  return depth < 3 && layer.below.length > 0 && layer.below.every((label) => {
    const [below] = layers.get(label) ?? [];
    return below !== undefined && isFree(below, layers, depth + 1);
  });
}

function withRenamedLayers(port: NetworkPortConfig, nameOf: ReadonlyMap<string, string>): NetworkPortConfig {
  const rename = (label: string) => nameOf.get(label) ?? label;
  return {
    ...port,
    VLAN: { ...port.VLAN, ParentPort: port.VLAN.ParentPort === "" ? "" : rename(port.VLAN.ParentPort) },
    Bond: { ...port.Bond, AggregatedPorts: port.Bond.AggregatedPorts?.map(rename) ?? null },
  };
}
