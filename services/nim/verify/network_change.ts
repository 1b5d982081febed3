/** What is new about the interfaces that the decider cares for (`spec/nim.md §7.6, 19 W1, W25`). Pure. */
import { isLinkLocal, type NetworkPortConfig } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import type { Network } from "../parts.ts";

/** See {@linkcode networkChange}. */
export interface NetworkChange {
  /** Of a crucial interface: there or not, switched on, carrier, master, number. */
  readonly links: boolean;
  /** Of a crucial interface: addresses, gateways, name servers. */
  readonly addresses: boolean;
  /** A management port of the current configuration gained a link, an address, a gateway or a name server. */
  readonly improved: boolean;
  /** The management ports of the current configuration have lost the last address that can be used. */
  readonly cutOff: boolean;
  /** Whatever the applier has to follow: addresses, routes, resolver files, links of any interface. */
  readonly anything: boolean;
}

/** @param crucial interface names in the current configuration or the most wanted one */
export function networkChange(
  before: Network,
  after: Network,
  crucial: ReadonlySet<string>,
  management: readonly NetworkPortConfig[],
): NetworkChange {
  const names = [...crucial];
  const differs = (name: string, of: (network: Network, name: string) => unknown) =>
    JSON.stringify(of(before, name)) !== JSON.stringify(of(after, name));
  const all = new Set([...before.links, ...after.links].map(({ name }) => name));
  const servers = new Set([...before.resolv.keys(), ...after.resolv.keys()]);
  const usable = (network: Network) => management.some(({ IfName }) => usableOf(network, IfName).length > 0);
  return {
    links: names.some((name) => differs(name, linkOf)),
    addresses: names.some((name) => differs(name, addressesOf) || differs(name, serversOf)),
    improved: management.some(({ IfName }) => isBetter(before, after, IfName)),
    cutOff: usable(before) && !usable(after),
    anything: [...all].some((name) => differs(name, linkOf) || differs(name, addressesOf)) ||
      [...servers].some((name) => differs(name, serversOf)),
  };
}

function isBetter(before: Network, after: Network, name: string): boolean {
  const gained = (old: readonly string[], now: readonly string[]) => now.some((each) => !old.includes(each));
  return (find(after, name)?.up === true && find(before, name)?.up !== true) ||
    gained(usableOf(before, name), usableOf(after, name)) ||
    gained(find(before, name)?.defaultRouters ?? [], find(after, name)?.defaultRouters ?? []) ||
    gained(serversOf(before, name), serversOf(after, name));
}

function find(network: Network, name: string): Link | undefined {
  return network.links.find((link) => link.name === name);
}

function linkOf(network: Network, name: string): unknown {
  const link = find(network, name);
  return link && [link.ifIndex, link.adminUp, link.up, link.master];
}

function addressesOf(network: Network, name: string): unknown {
  const link = find(network, name);
  return link &&
    [link.addresses.map(({ address, prefix }) => `${address}/${prefix}`).sort(), link.defaultRouters];
}

function usableOf(network: Network, name: string): readonly string[] {
  return (find(network, name)?.addresses ?? []).map(({ address }) => address).filter((each) =>
    !isLinkLocal(each)
  );
}

function serversOf(network: Network, name: string): readonly string[] {
  const { servers, domains } = network.resolv.get(name) ?? network.hostResolv;
  return [...servers, ...domains];
}
