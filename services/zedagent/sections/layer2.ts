/** `bonds` and `vlans` as lower layers; errors stay on the port (`spec/zedagent.md §8.4`). */
import type { config } from "../../../proto/device.ts";
import { type L2LinkConfig, parseIP, type PhysicalIOAdapter } from "../../topics/mod.ts";
import { goL2LinkConfig } from "../../topics/mod.ts";
import { isNetworkAdapter } from "./physical_io.ts";
import type { LowerLayer } from "./port_draft.ts";
import { quote } from "./section.ts";

type Adapters = ReadonlyMap<string, PhysicalIOAdapter>;

/** `L2Type` of a port. */
export const L2Type = { None: 0, VLAN: 1, Bond: 2 } as const;

const longestIfName = 15;
const reservedIfName = "bond0";

/** A bond over network adapters. */
export function bondLayer(bond: config.BondAdapter, adapters: Adapters): LowerLayer {
  const errors: string[] = [];
  const ifName = interfaceName("bond", bond.logicallabel, bond.interface_name, errors);
  if (bond.lower_layer_names.length === 0) {
    errors.push(`bond ${quote(bond.logicallabel)} has no lower layers`);
  }
  for (const name of bond.lower_layer_names) {
    const adapter = adapters.get(name);
    if (adapter === undefined || !isNetworkAdapter(adapter)) {
      errors.push(`bond ${quote(bond.logicallabel)}: lower layer ${quote(name)} is no network adapter`);
    }
  }
  if (!(bond.bond_mode >= 0 && bond.bond_mode <= 7)) {
    errors.push(`bond ${quote(bond.logicallabel)}: expected a mode from 0 to 7, got ${bond.bond_mode}`);
  }
  if (!(bond.lacp_rate >= 0 && bond.lacp_rate <= 2)) {
    errors.push(`bond ${quote(bond.logicallabel)}: expected a LACP rate from 0 to 2, got ${bond.lacp_rate}`);
  }
  return {
    label: bond.logicallabel,
    kind: "bond",
    settings: {
      IfName: ifName,
      L2Type: L2Type.Bond,
      Bond: {
        AggregatedPorts: bond.lower_layer_names.length === 0 ? null : bond.lower_layer_names,
        Mode: bond.bond_mode >= 0 && bond.bond_mode <= 7 ? bond.bond_mode : 0,
        LacpRate: bond.lacp_rate >= 0 && bond.lacp_rate <= 2 ? bond.lacp_rate : 0,
        ...monitoring(bond, errors),
      },
    },
    errors,
    below: bond.lower_layer_names,
    adapter: undefined,
  };
}

function monitoring(
  bond: config.BondAdapter,
  errors: string[],
): Pick<L2LinkConfig["Bond"], "MIIMonitor" | "ARPMonitor"> {
  const { MIIMonitor, ARPMonitor } = goL2LinkConfig.zero().Bond;
  if (bond.mii !== null) {
    const { interval, updelay, downdelay } = bond.mii;
    return {
      MIIMonitor: { Enabled: true, Interval: interval, UpDelay: updelay, DownDelay: downdelay },
      ARPMonitor,
    };
  }
  if (bond.arp === null) return { MIIMonitor, ARPMonitor };
  const targets = bond.arp.ip_targets.filter((target) => parseIP(target) !== undefined);
  if (targets.length < bond.arp.ip_targets.length) {
    errors.push(`bond ${quote(bond.logicallabel)}: an ARP target is no IP address`);
  }
  return {
    MIIMonitor,
    ARPMonitor: {
      Enabled: true,
      Interval: bond.arp.interval,
      IPTargets: targets.length === 0 ? null : targets,
    },
  };
}

/** A VLAN over a network adapter or a bond. */
export function vlanLayer(
  vlan: config.VlanAdapter,
  adapters: Adapters,
  bondLabels: ReadonlySet<string>,
): LowerLayer {
  const errors: string[] = [];
  const ifName = interfaceName("VLAN", vlan.logicallabel, vlan.interface_name, errors);
  const adapter = adapters.get(vlan.lower_layer_name);
  if (!bondLabels.has(vlan.lower_layer_name) && (adapter === undefined || !isNetworkAdapter(adapter))) {
    errors.push(
      `VLAN ${quote(vlan.logicallabel)}: lower layer ${
        quote(vlan.lower_layer_name)
      } is neither a network adapter nor a bond`,
    );
  }
  const validId = vlan.vlan_id >= 1 && vlan.vlan_id <= 4094;
  if (!validId) {
    errors.push(`VLAN ${quote(vlan.logicallabel)}: expected an id from 1 to 4094, got ${vlan.vlan_id}`);
  }
  return {
    label: vlan.logicallabel,
    kind: "vlan",
    settings: {
      IfName: ifName,
      L2Type: L2Type.VLAN,
      VLAN: { ParentPort: vlan.lower_layer_name, ID: validId ? vlan.vlan_id : 0 },
    },
    errors,
    below: [vlan.lower_layer_name],
    adapter: undefined,
  };
}

function interfaceName(what: string, label: string, given: string, errors: string[]): string {
  const name = given === "" ? label : given;
  if (name.length > longestIfName) {
    errors.push(`${what} ${quote(label)}: interface name ${quote(name)} is longer than ${longestIfName}`);
  }
  if (name === reservedIfName) errors.push(`${what} ${quote(label)}: interface name ${name} is reserved`);
  return name;
}
