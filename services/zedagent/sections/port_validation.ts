/** What the ports of a configuration must not do to each other, and the labels EVE adds (`spec/zedagent.md §8.6`, 1–4). */
import { goNetworkPortConfig } from "../../topics/mod.ts";
import { L2Type } from "./layer2.ts";
import type { PortDraft } from "./port_draft.ts";
import { quote } from "./section.ts";

/** Labels that EVE gives, so that nobody else may. */
const evesLabels: readonly string[] = ["all", "uplink", "freeuplink"];

/** Drops duplicates, adds the errors that ports cause each other, sets the shared labels. */
export function validatePorts(drafts: readonly PortDraft[]): PortDraft[] {
  const ports = withoutDuplicates(drafts);
  findCollisions(ports);
  findLayer2Conflicts(ports);
  propagateErrors(ports);
  for (const each of ports) setSharedLabels(each, ports);
  return ports;
}

function withoutDuplicates(drafts: readonly PortDraft[]): PortDraft[] {
  return drafts.filter((each, index) =>
    !drafts.slice(0, index).some((earlier) => goNetworkPortConfig.equal(earlier.port, each.port))
  );
}

function findCollisions(ports: readonly PortDraft[]): void {
  for (const [index, first] of ports.entries()) {
    for (const second of ports.slice(index + 1)) {
      const shared = collision(first, second);
      if (shared === undefined) continue;
      first.errors.push(
        `ports ${quote(first.port.Logicallabel)} and ${
          quote(second.port.Logicallabel)
        } have the same ${shared}`,
      );
      second.errors.push(
        `ports ${quote(second.port.Logicallabel)} and ${
          quote(first.port.Logicallabel)
        } have the same ${shared}`,
      );
    }
  }
}

function collision({ port: first }: PortDraft, { port: second }: PortDraft): string | undefined {
  if (first.Logicallabel === second.Logicallabel) return `label ${quote(first.Logicallabel)}`;
  if (first.IfName !== "" && first.IfName === second.IfName) return `interface ${quote(first.IfName)}`;
  const addressed = first.PCIAddr !== "" || first.USBAddr !== "";
  return first.IfName === "" && second.IfName === "" && addressed && first.PCIAddr === second.PCIAddr &&
      first.USBAddr === second.USBAddr
    ? `address ${quote(first.PCIAddr || first.USBAddr)}`
    : undefined;
}

function findLayer2Conflicts(ports: readonly PortDraft[]): void {
  const bonds = ports.filter(({ port }) => port.L2Type === L2Type.Bond);
  const vlans = ports.filter(({ port }) => port.L2Type === L2Type.VLAN);
  for (const { port, errors } of ports) {
    const label = port.Logicallabel;
    const above = bonds.filter((bond) => bond.port.Bond.AggregatedPorts?.includes(label));
    const tagged = vlans.filter((vlan) => vlan.port.VLAN.ParentPort === label);
    if (above.length > 1) errors.push(`port ${quote(label)} is in ${above.length} bonds`);
    if (above.length > 0 && tagged.length > 0) {
      errors.push(`port ${quote(label)} is in a bond and below a VLAN`);
    }
    if (above.length > 0 && port.IsL3Port) {
      errors.push(`port ${quote(label)} is in a bond and has IP settings`);
    }
    const ids = tagged.map((vlan) => vlan.port.VLAN.ID);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) errors.push(`port ${quote(label)} has VLAN ${twice} twice`);
  }
}

function propagateErrors(ports: readonly PortDraft[]): void {
  const byLabel = new Map(ports.map((each) => [each.port.Logicallabel, each]));
  // VLAN over bond over adapter: after two rounds everything has reached the top.
  for (let round = 0; round < 2; round++) {
    for (const { port, errors } of ports) {
      const below = port.L2Type === L2Type.VLAN
        ? [port.VLAN.ParentPort]
        : port.L2Type === L2Type.Bond
        ? port.Bond.AggregatedPorts ?? []
        : [];
      for (const label of below) {
        const first = byLabel.get(label)?.errors[0];
        const text = `lower layer ${quote(label)} is invalid: ${first}`;
        if (first !== undefined && !errors.includes(text)) errors.push(text);
      }
    }
  }
}

function setSharedLabels(each: PortDraft, ports: readonly PortDraft[]): void {
  const labels = new Set<string>();
  for (const label of each.port.SharedLabels ?? []) {
    const isPort = ports.some(({ port }) => port.Logicallabel === label);
    if (label === "" || evesLabels.includes(label) || isPort) {
      each.errors.push(
        `port ${quote(each.port.Logicallabel)}: shared label ${quote(label)} is ${
          isPort ? "the label of a port" : "reserved"
        }`,
      );
    } else {
      labels.add(label);
    }
  }
  labels.add("all");
  if (each.port.IsMgmt) labels.add("uplink");
  if (each.port.IsMgmt && each.port.Cost === 0) labels.add("freeuplink");
  each.port = { ...each.port, SharedLabels: labels.size === 0 ? null : [...labels] };
}
