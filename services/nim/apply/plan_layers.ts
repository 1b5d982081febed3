/** VLANs and bonds: the links that nim makes (`spec/nim.md §11.5`). */
import type { NetworkPortConfig } from "../../topics/mod.ts";
import { bondModeName } from "../bond_modes.ts";
import type { Link } from "../machine.ts";
import { adapterItem, upSteps } from "./plan_adapters.ts";
import type { Have } from "./have.ts";
import { claim, ip, type Step } from "./step.ts";
import type { Target } from "./targets.ts";

/** These fail over by themselves, so they need a monitor; others work without. */
const failoverModes = [2, 5, 6, 7];
const defaultMiiMs = 100;
const fastLacp = 2;

/** Steps of one VLAN or bond; none for other ports. */
export function layerSteps(target: Target, have: Have): readonly Step[] {
  if (target.parent !== undefined) return vlanSteps(target, target.parent, have);
  return target.members === undefined ? [] : bondSteps(target, target.members, have);
}

/** Links that nim has made and nobody wants any more, each with the bridge that has taken its name. */
export function unwantedLayers(targets: readonly Target[], have: Have): readonly Step[] {
  return unwantedNames(targets, have).flatMap((name) => {
    const bridge = have.links.find((link) => link.kind === "bridge" && name === `k${link.name}`);
    const item = bridge === undefined ? `link ${name}` : adapterItem(bridge.name);
    const forget = claim(item, "no port any more", (record) => ({
      ...record,
      links: record.links.filter((other) => other !== name),
    }));
    const isThere = have.links.some((link) => link.name === name);
    return [
      ...(bridge === undefined ? [] : [remove(item, bridge.name, "no port any more")]),
      ...(isThere ? [remove(item, name, "no port any more")] : []),
      forget,
    ];
  });
}

/** Kernel names of what {@linkcode unwantedLayers} removes. */
export function unwantedNames(targets: readonly Target[], { record }: Have): readonly string[] {
  const wanted = targets.filter((target) => target.parent !== undefined || target.members !== undefined);
  return record.links.filter((name) => !wanted.some(({ raw }) => raw === name));
}

function vlanSteps({ name, raw, parent, port }: Target, below: string, have: Have): readonly Step[] {
  const item = adapterItem(name);
  const there = layerLink(have, name, raw);
  if (there?.vlan?.id === port.VLAN.ID && there.vlan.parent === below) return [];
  const words = ["link", "add", "link", below, "name", raw, "type", "vlan", "id", String(port.VLAN.ID)];
  return [
    ...(there === undefined ? [] : [remove(item, there.name, "another VLAN, or on another port")]),
    own(item, raw),
    ip(item, `VLAN ${port.VLAN.ID} of ${port.VLAN.ParentPort}`, words, {
      needs: [adapterItem(parent ?? below)],
    }),
  ];
}

function bondSteps({ name, raw, port }: Target, members: readonly string[], have: Have): readonly Step[] {
  const item = adapterItem(name);
  const there = layerLink(have, name, raw);
  const isRight = there !== undefined && hasSettings(there, port);
  const rest = members.flatMap((member): readonly Step[] => {
    const link = have.links.find((other) => other.name === member);
    if (link === undefined || (isRight && link.master === there.name)) return [];
    const because = `${member} is a member of ${port.Logicallabel}`;
    const needs = [adapterItem(member)];
    return [
      ip(item, because, ["link", "set", "dev", member, "down"], { undoes: `${member} up`, needs }),
      ip(item, because, ["link", "set", "dev", member, "master", isRight ? there.name : raw], { needs }),
      ip(item, because, ["link", "set", "dev", member, "up"], { needs }),
    ];
  });
  const strangers = !isRight ? [] : have.links
    .filter((link) => link.master === there.name && !members.includes(link.name))
    .map((link) =>
      ip(item, `${link.name} is no member any more`, ["link", "set", "dev", link.name, "nomaster"], {
        undoes: `${link.name} belonged to ${there.name}`,
      })
    );
  if (isRight) return [...strangers, ...rest];
  const words = ["link", "add", "name", raw, "type", "bond", ...settings(port)];
  return [
    ...(there === undefined ? [] : [remove(item, there.name, "another kind of bond")]),
    own(item, raw),
    ip(item, `bond ${port.Logicallabel}`, words),
    ...rest,
    ...upSteps(item, undefined, raw),
  ];
}

/** The link, whether or not a bridge has taken its name already. */
function layerLink(have: Have, name: string, raw: string): Link | undefined {
  return have.links.find((link) => link.name === raw) ??
    have.links.find((link) => link.name === name && (link.vlan !== undefined || link.bond !== undefined));
}

function settings({ Bond }: NetworkPortConfig): string[] {
  const { MIIMonitor: mii, ARPMonitor: arp } = Bond;
  const interval = miiInterval({ Bond });
  return [
    "mode",
    bondModeName(Bond.Mode) ?? "balance-rr",
    ...(interval === 0 ? [] : ["miimon", String(interval)]),
    ...(mii.Enabled ? ["updelay", String(mii.UpDelay), "downdelay", String(mii.DownDelay)] : []),
    ...(arp.Enabled
      ? [
        "arp_interval",
        String(arp.Interval),
        "arp_ip_target",
        (arp.IPTargets ?? []).join(","),
        "arp_validate",
        "active",
      ]
      : []),
    ...(bondModeName(Bond.Mode) === "802.3ad" ? ["lacp_rate", lacpRate({ Bond })] : []),
  ];
}

function hasSettings({ bond }: Link, port: NetworkPortConfig): boolean {
  const { Bond } = port;
  return bond !== undefined && bond.mode === (bondModeName(Bond.Mode) ?? "balance-rr") &&
    bond.miiInterval === miiInterval(port) &&
    (!Bond.MIIMonitor.Enabled ||
      (bond.upDelay === Bond.MIIMonitor.UpDelay && bond.downDelay === Bond.MIIMonitor.DownDelay)) &&
    bond.arpInterval === (Bond.ARPMonitor.Enabled ? Bond.ARPMonitor.Interval : 0) &&
    (bond.mode !== "802.3ad" || bond.lacpRate === lacpRate(port));
}

function miiInterval({ Bond }: Pick<NetworkPortConfig, "Bond">): number {
  if (Bond.MIIMonitor.Enabled) return Bond.MIIMonitor.Interval;
  return !Bond.ARPMonitor.Enabled && failoverModes.includes(Bond.Mode) ? defaultMiiMs : 0;
}

function lacpRate({ Bond }: Pick<NetworkPortConfig, "Bond">): string {
  return Bond.LacpRate === fastLacp ? "fast" : "slow";
}

function own(item: string, raw: string): Step {
  return claim(item, `${raw} is made by nim`, (record) => ({
    ...record,
    links: [...record.links.filter((other) => other !== raw), raw],
  }));
}

function remove(item: string, name: string, reason: string): Step {
  return ip(item, reason, ["link", "delete", "dev", name], { undoes: `link ${name}` });
}
