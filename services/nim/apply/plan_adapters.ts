/**
 * Bridges before wired ports: `IF` becomes `kIF`, and a bridge takes its name, address and MTU (`spec/nim.md §14.2`). What
 * is there already, also half of it, is kept and completed.
 */
import type { Link } from "../machine.ts";
import type { Have } from "./have.ts";
import { ip, type Step } from "./step.ts";
import type { Target } from "./targets.ts";

/** Steps of one bridged port whose link is there. */
export function bridgeSteps(target: Target, have: Have): readonly Step[] {
  const { name, raw, mtu } = target;
  const item = adapterItem(name);
  const at = (link: string) => have.links.find((other) => other.name === link);
  const [bridge, nic] = [at(name), at(raw)];
  if (bridge !== undefined && bridge.kind !== "bridge" && nic === undefined) {
    const because = `wired port for ${target.port.Logicallabel}: a bridge takes its name`;
    return [
      ...renameSteps(item, because, bridge, raw),
      ...newBridge(item, because, name, raw, bridge.mac, mtu),
    ];
  }
  if (nic === undefined) return [];
  if (bridge === undefined) {
    return newBridge(item, `${raw} has no bridge`, name, raw, nic.mac, mtu);
  }
  return [
    ...(nic.master === name ? [] : [
      ip(item, `${raw} does not belong to its bridge`, ["link", "set", "dev", raw, "master", name], {
        undoes: nic.master === "" ? "" : `${raw} belonged to ${nic.master}`,
      }),
    ]),
    ...upSteps(item, nic, raw),
    ...upSteps(item, bridge, name),
  ];
}

/** Bridges that nim, or the nim of EVE, has made and nobody wants any more; the link gets its name back. */
export function unbridgeSteps(targets: readonly Target[], have: Have): readonly Step[] {
  return have.links.filter(({ name }) => name.startsWith("k")).flatMap((nic) => {
    const name = nic.name.slice(1);
    const bridge = have.links.find((link) => link.name === name);
    const target = targets.find((other) => other.name === name);
    const isOurs = bridge === undefined
      ? target !== undefined
      : bridge.kind === "bridge" && nic.master === name;
    if (!isOurs || target?.isBridged === true) return [];
    const item = adapterItem(name);
    const because = target === undefined ? "no port any more" : "needs no bridge";
    return [
      ...(bridge === undefined
        ? []
        : [ip(item, because, ["link", "delete", "dev", name], { undoes: `bridge ${name}` })]),
      ...renameSteps(item, because, nic, name),
      addressMode(item, name, because, "eui64"),
      ip(item, because, ["link", "set", "dev", name, "up"]),
    ];
  });
}

/** Switches a link on. */
export function upSteps(item: string, link: Link | undefined, name: string): readonly Step[] {
  if (link?.adminUp === true) return [];
  return [ip(item, `${name} is switched off`, ["link", "set", "dev", name, "up"])];
}

/** The item of a port's links. */
export function adapterItem(name: string): string {
  return `adapter ${name}`;
}

function renameSteps(item: string, reason: string, link: Link, name: string): readonly Step[] {
  const own = link.addresses.map(({ address, prefix }) => `${address}/${prefix}`);
  return [
    ...(link.adminUp
      ? [ip(item, reason, ["link", "set", "dev", link.name, "down"], { undoes: `${link.name} up` })]
      : []),
    ...(own.length === 0 ? [] : [
      ip(item, reason, ["address", "flush", "dev", link.name], { undoes: `${link.name} ${own.join(" ")}` }),
    ]),
    ip(item, reason, ["link", "set", "dev", link.name, "name", name], { undoes: `link ${link.name}` }),
  ];
}

function newBridge(
  item: string,
  reason: string,
  name: string,
  raw: string,
  mac: string,
  mtu: number,
): readonly Step[] {
  const address = mac === "" ? [] : ["address", mac];
  return [
    ip(item, reason, ["link", "add", "name", name, ...address, "mtu", String(mtu), "type", "bridge"]),
    ip(item, reason, ["link", "set", "dev", raw, "master", name]),
    addressMode(item, raw, "the bridge has the same address", "none"),
    ip(item, reason, ["link", "set", "dev", raw, "up"]),
    ip(item, reason, ["link", "set", "dev", name, "up"]),
  ];
}

/** Its own item: a kernel without IPv6 refuses, which hurts nobody. */
function addressMode(item: string, name: string, reason: string, mode: "none" | "eui64"): Step {
  return ip(`ipv6 ${name}`, reason, ["link", "set", "dev", name, "addrgenmode", mode], { needs: [item] });
}
