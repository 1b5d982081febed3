/** What each port comes to in Linux: names, what lies below it, its MTU (`spec/nim.md §14.2, 11.5`). Pure. */
import { DhcpType, type NetworkPortConfig, WirelessType } from "../../topics/mod.ts";
import type { Wanted } from "../parts.ts";

/** One port that nim sets up. */
export interface Target {
  readonly port: NetworkPortConfig;
  /** Carries the addresses: a bridge if `isBridged`. */
  readonly name: string;
  /** The link itself; `k` in front if a bridge has taken its name. */
  readonly raw: string;
  readonly isBridged: boolean;
  /** Links and DHCP of cellular ports are the wwan agent's. */
  readonly isCellular: boolean;
  readonly mtu: number;
  /** Name of the adapter below a VLAN. */
  readonly parent?: string;
  /** Kernel names of a bond's members. */
  readonly members?: readonly string[];
}

/** Whether wired ports get a bridge, as EVE's do, or stay as they are. */
export type AdapterKind = "bridge" | "plain";

const defaultMtu = 1_500;
const [vlan, bond] = [1, 2];

/** Ports that are valid, have a name and are not given away; what lies below others comes before them. */
export function targetsOf({ ports, adapters }: Wanted, kind: AdapterKind): readonly Target[] {
  const givenAway = new Set(
    (adapters?.IoBundleList ?? []).filter(({ IsPCIBack }) => IsPCIBack).map(({ Logicallabel }) =>
      Logicallabel
    ),
  );
  const valid = ports.filter((port) =>
    !port.InvalidConfig && port.IfName !== "" && !givenAway.has(port.Logicallabel)
  );
  const parents = new Set(valid.filter(isVlan).map((port) => port.VLAN.ParentPort));
  const bridged = (port: NetworkPortConfig) =>
    kind === "bridge" && port.WirelessCfg.WType === WirelessType.WirelessTypeNone &&
    (hasDhcpcd(port) || parents.has(port.Logicallabel));
  const raw = (port: NetworkPortConfig) => bridged(port) ? `k${port.IfName}` : port.IfName;
  const byLabel = new Map(valid.map((port) => [port.Logicallabel, port]));
  return valid.toSorted((a, b) => a.L2Type === b.L2Type ? 0 : layer(a) - layer(b)).map((port) => ({
    port,
    name: port.IfName,
    raw: raw(port),
    isBridged: bridged(port),
    isCellular: port.WirelessCfg.WType === WirelessType.WirelessTypeCellular,
    mtu: Math.max(...[port, ...above(port, valid)].map(({ MTU }) => MTU || defaultMtu)),
    ...(isVlan(port) ? { parent: byLabel.get(port.VLAN.ParentPort)?.IfName ?? "" } : {}),
    ...(isBond(port)
      ? {
        members: (port.Bond.AggregatedPorts ?? []).flatMap((label) => {
          const member = byLabel.get(label);
          return member === undefined ? [] : [raw(member)];
        }),
      }
      : {}),
  }));
}

/** Does nim run dhcpcd for it, unless it is cellular? */
export function hasDhcpcd({ Dhcp }: Pick<NetworkPortConfig, "Dhcp">): boolean {
  return Dhcp === DhcpType.DhcpTypeStatic || Dhcp === DhcpType.DhcpTypeClient;
}

function isVlan({ L2Type }: NetworkPortConfig): boolean {
  return L2Type === vlan;
}

function isBond({ L2Type }: NetworkPortConfig): boolean {
  return L2Type === bond;
}

/** Hardware, bonds, VLANs. */
function layer(port: NetworkPortConfig): number {
  return isVlan(port) ? 2 : isBond(port) ? 1 : 0;
}

function above(port: NetworkPortConfig, all: readonly NetworkPortConfig[]): readonly NetworkPortConfig[] {
  const direct = all.filter((other) =>
    other !== port && (
      isVlan(other) && other.VLAN.ParentPort === port.Logicallabel ||
      isBond(other) && (other.Bond.AggregatedPorts ?? []).includes(port.Logicallabel)
    )
  );
  return direct.flatMap((other) => layer(other) > layer(port) ? [other, ...above(other, all)] : []);
}
