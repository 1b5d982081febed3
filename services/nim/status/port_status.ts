/** One port of the status: first what its configuration says, then what Linux has, as far as it goes (`spec/nim.md §12.2`). Pure. */
import {
  goNetworkPortStatus,
  goPNACStatus,
  type NetworkPortConfig,
  type NetworkPortStatus,
  parseIP,
  WirelessType,
  type WwanNetworkStatus,
} from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import { macBytes } from "../ports.ts";
import { addressesOf, parseSubnet } from "./addresses.ts";
import { type BondMembers, bondStatus } from "./bond_status.ts";
import { carriedProxy } from "./carried_proxy.ts";
import type { StatusFacts } from "./facts.ts";
import { ioBundleOf } from "./io_bundle.ts";
import { configuredServers, learnedServers } from "./learned_servers.ts";
import { withLocalError } from "./local_error.ts";

/** @param lpsError why the override of a local profile server is not used, or `""` */
export function portStatus(facts: StatusFacts, port: NetworkPortConfig, lpsError: string): NetworkPortStatus {
  const modem = modemOf(facts, port);
  const configured: NetworkPortStatus = {
    ...configuredPart(port),
    PciLong: pciOf(facts, port, modem),
    ...(modem === undefined
      ? {}
      : { WirelessStatus: { WType: WirelessType.WirelessTypeCellular, Cellular: modem } }),
    LpsConfigError: lpsError,
  };
  const failing = (text: string) => withLocalError(facts, configured, text);
  if (ioBundleOf(facts.adapters, port)?.IsPCIBack === true) {
    return failing(`port ${port.Logicallabel} is in PCIBack`);
  }
  if (port.IfName === "") return failing(`port ${port.Logicallabel} is missing interface name`);
  const link = linkOf(facts, port.IfName);
  if (link === undefined) return failing(`interface ${port.IfName} is missing`);
  const attached = attachedPart(facts, configured, link);
  const complete = port.IsL3Port ? addressedPart(facts, port, attached, link) : attached;
  const refusal = complete.PNAC.Error.Error;
  return refusal === "" ? complete : withLocalError(facts, complete, refusal);
}

/** What the status has under the same name as the configuration means the same, but for what Linux says. */
function configuredPart({ PNAC, ...port }: NetworkPortConfig): NetworkPortStatus {
  const subnet = parseSubnet(port.AddrSubnet);
  return goNetworkPortStatus.make({
    ...port,
    MTU: 0,
    PNAC: goPNACStatus.make({ Enabled: PNAC.Enabled }),
    ConfiguredSubnet: subnet?.network ?? null,
    ConfiguredIP: subnet?.host ?? "",
    IgnoredDhcpIPs: port.IgnoreDhcpIPAddresses,
    ...configuredServers(port),
  });
}

function modemOf(
  { wwan }: StatusFacts,
  { WirelessCfg, Logicallabel }: NetworkPortConfig,
): WwanNetworkStatus | undefined {
  if (WirelessCfg.WType !== WirelessType.WirelessTypeCellular) return undefined;
  return wwan?.Networks?.find((network) => network.LogicalLabel === Logicallabel);
}

/** Behind a bridge that took the name of its NIC, the NIC has a `k` in front. */
function pciOf(facts: StatusFacts, port: NetworkPortConfig, modem: WwanNetworkStatus | undefined): string {
  const { IfName } = port;
  const bridged = IfName.startsWith("eth") ? linkOf(facts, `k${IfName}`) : undefined;
  return modem?.PhysAddrs.PCI || linkOf(facts, IfName)?.pciLong || bridged?.pciLong || port.PCIAddr;
}

function linkOf({ network }: StatusFacts, ifName: string): Link | undefined {
  return ifName === "" ? undefined : network.links.find(({ name }) => name === ifName);
}

function attachedPart(facts: StatusFacts, port: NetworkPortStatus, link: Link): NetworkPortStatus {
  const supplicant = facts.pnac?.get(port.IfName);
  return {
    ...port,
    Up: link.up,
    MacAddr: macBytes(link.mac),
    MTU: Math.min(link.mtu, 65535),
    PNAC: port.PNAC.Enabled && supplicant !== undefined ? { Enabled: true, ...supplicant } : port.PNAC,
    ...bondPart(facts, link),
  };
}

/** Of a bond, also of one below a bridge that took its name. */
function bondPart(facts: StatusFacts, link: Link): Partial<NetworkPortStatus> {
  const at = link.bond === undefined
    ? facts.network.links.find(({ master, bond }) => master === link.name && bond !== undefined)
    : link;
  return at?.bond === undefined ? {} : { BondStatus: bondStatus(at.bond, membersOf(facts, at)) };
}

function membersOf({ network, config }: StatusFacts, { name }: Link): BondMembers {
  const ports = config?.dpc.Ports ?? [];
  return {
    links: network.links.filter(({ master }) => master === name),
    labelOf: (member) => ports.find(({ IfName }) => IfName === member)?.Logicallabel ?? member,
  };
}

function addressedPart(
  facts: StatusFacts,
  config: NetworkPortConfig,
  attached: NetworkPortStatus,
  link: Link,
): NetworkPortStatus {
  const addressed: NetworkPortStatus = {
    ...attached,
    AddrInfoList: addressesOf(facts.previous, config, link),
    DefaultRouters: routers(link),
    ...learnedServers(facts, config),
  };
  return { ...addressed, ...carriedProxy(facts.previous, addressed) };
}

function routers({ defaultRouters }: Link): readonly string[] | null {
  const known = defaultRouters.filter((router) => router === "" || parseIP(router) !== undefined);
  return known.length === 0 ? null : known;
}
