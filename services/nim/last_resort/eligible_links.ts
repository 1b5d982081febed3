/** Which interfaces a device without any other configuration tries (`spec/nim.md §10`). Pure. */
import { type AssignableAdapters, nilUUID } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";

/** See {@linkcode eligibleLinks}. */
export interface Machine {
  readonly links: readonly Link[];
  readonly adapters?: AssignableAdapters;
  /**
   * Any link with a default route counts as well, whatever its name and kind: for a nim that only observes, since the
   * uplink of a container is a veth (`spec/nim.md §16`).
   */
  readonly acceptsDefaultRoutes: boolean;
}

/** Of virtual machines, of app networks, wireless, and NICs behind a bridge that has their name. */
const foreignPrefixes = ["vif", "nbu", "nbo", "wlan", "wwan", "keth"];

/** In the order of the links. */
export function eligibleLinks(machine: Machine): readonly Link[] {
  return machine.links.filter((link) => !isUsedByApp(machine, link) && isEligible(machine, link));
}

function isUsedByApp({ adapters }: Machine, { name }: Link): boolean {
  const bundles = adapters?.IoBundleList ?? [];
  return bundles.some(({ Ifname, UsedByUUID }) => Ifname === name && UsedByUUID !== nilUUID);
}

function isEligible({ links, acceptsDefaultRoutes }: Machine, link: Link): boolean {
  if (link.loopback) return false;
  if (acceptsDefaultRoutes && link.defaultRouters.length > 0) return true;
  if (foreignPrefixes.some((prefix) => link.name.startsWith(prefix))) return false;
  if (!link.broadcast || link.master !== "") return false;
  return link.kind === "device" ||
    (link.kind === "bridge" && links.some(({ name }) => name === `k${link.name}`));
}
