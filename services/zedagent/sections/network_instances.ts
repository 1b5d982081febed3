/** `networkInstances` → `NetworkInstanceConfig`; an error stays in the object (`spec/zedagent.md §10.4`). */
import type { common, config } from "../../../proto/device.ts";
import { goNetworkInstanceConfig, type JsonValue, type NetworkInstanceConfig } from "../../topics/mod.ts";
import {
  addressOrEmpty,
  emptyToNull,
  neededUUID,
  quote,
  refuse,
  type Section,
  section,
  SectionError,
} from "./section.ts";
import { parseSubnet } from "./subnet.ts";

/** By UUID. @param now Go time of errors */
export function networkInstances(
  list: readonly config.NetworkInstanceConfig[],
  now: string,
): Section<NetworkInstanceConfig> {
  return section(list, (instance) => {
    const uuid = neededUUID("network instance", instance.uuidandversion?.uuid ?? "");
    const plain = plainPart(uuid, instance);
    try {
      return [uuid, { ...plain, ...addressPart(instance) }];
    } catch (error) {
      if (!(error instanceof SectionError)) throw error;
      return [uuid, { ...plain, Error: error.message, ErrorTime: now, ErrorSeverity: 3 }];
    }
  });
}

function plainPart(uuid: string, instance: config.NetworkInstanceConfig): NetworkInstanceConfig {
  return goNetworkInstanceConfig.make({
    UUID: uuid,
    Version: instance.uuidandversion?.version ?? "",
    DisplayName: instance.displayname,
    Type: instance.instType,
    Activate: instance.activate,
    PortLabel: instance.port?.name ?? "",
    IpType: instance.ipType,
    PropagateConnRoutes: instance.propagate_connected_routes,
    EnableFlowlog: !instance.disable_flowlog,
    STPConfig: { PortsWithBpduGuard: instance.stp?.ports_with_bpdu_guard ?? "" },
    VlanAccessPorts: emptyToNull(
      instance.vlan_access_ports.map((port) => ({ VlanID: port.vlan_id, PortLabel: port.access_port })),
    ),
    ForwardLLDP: instance.forward_lldp,
  });
}

function addressPart(instance: config.NetworkInstanceConfig): Partial<NetworkInstanceConfig> {
  if (instance.mtu > 65535) refuse(`expected an MTU up to 65535, got ${instance.mtu}`);
  return {
    MTU: instance.mtu,
    ...(instance.ip === null ? {} : ipPart(instance.ip)),
    DnsNameToIPList: emptyToNull(instance.dns.map((entry) => ({
      HostName: entry.HostName,
      IPs: entry.Address.map((address) =>
        addressOrEmpty(`static DNS entry ${quote(entry.HostName)}`, address)
      ),
    }))),
    StaticRoutes: emptyToNull(instance.static_routes.map(staticRoute)),
  };
}

function ipPart(ip: common.ipspec): Partial<NetworkInstanceConfig> {
  const subnet = ip.subnet === ""
    ? undefined
    : parseSubnet(ip.subnet) ?? refuse(`expected a subnet such as 10.1.0.0/24, got ${quote(ip.subnet)}`);
  return {
    ...(subnet === undefined ? {} : { Subnet: subnet.net }),
    Gateway: addressOrEmpty("gateway", ip.gateway),
    DomainName: ip.domain,
    NtpServers: emptyToNull([ip.ntp, ...ip.more_ntp].filter((server) => server !== "")),
    DnsServers: emptyToNull(ip.dns.map((server) => addressOrEmpty("DNS server", server))),
    DhcpRange: {
      Start: addressOrEmpty("start of the DHCP range", ip.dhcpRange?.start ?? ""),
      End: addressOrEmpty("end of the DHCP range", ip.dhcpRange?.end ?? ""),
    },
  };
}

function staticRoute(route: config.IPRoute): JsonValue {
  const destination = parseSubnet(route.destination_network) ??
    refuse(`static route: expected a subnet such as 10.1.0.0/24, got ${quote(route.destination_network)}`);
  const probe = route.probe;
  return {
    DstNetwork: { IP: destination.net.IP, Mask: destination.net.Mask?.toBase64() ?? null },
    Gateway: addressOrEmpty("gateway of a static route", route.gateway),
    OutputPortLabel: route.port,
    PortProbe: {
      EnabledGwPing: probe?.enable_gw_ping ?? false,
      GwPingMaxCost: Math.min(probe?.gw_ping_max_cost ?? 0, 255),
      UserDefinedProbe: {
        Method: probe?.custom_probe?.probe_method ?? 0,
        ProbeHost: probe?.custom_probe?.probe_endpoint?.host ?? "",
        ProbePort: probe?.custom_probe?.probe_endpoint?.port ?? 0,
      },
    },
    PreferLowerCost: route.prefer_lower_cost,
    PreferStrongerWwanSignal: route.prefer_stronger_wwan_signal,
  };
}
