/** An applier that changes nothing, for a nim that only observes (`spec/nim.md §16`). */
import type { Applier, Network } from "../parts.ts";
import { resolverPortsOf } from "./plan_resolver.ts";
import { serversByPort } from "./management_resolver.ts";
import { targetsOf } from "./targets.ts";

/**
 * All counts as applied. Names are asked for as the machine asks, so a port without resolver files has the servers of
 * `/etc/resolv.conf`.
 */
export function observingApplier(): Applier {
  return {
    apply(wanted, network) {
      const ports = resolverPortsOf(
        targetsOf(wanted, "plain"),
        network.links,
        withHostServers(network, wanted),
      );
      return Promise.resolve({ inProgress: false, failing: [], resolverServers: serversByPort(ports) });
    },
    cancelBackground: () => {},
  };
}

function withHostServers(
  { resolv, hostResolv }: Network,
  { ports }: { readonly ports: readonly { readonly IfName: string }[] },
): Network["resolv"] {
  return new Map(ports.map(({ IfName }) => [IfName, resolv.get(IfName) ?? hostResolv]));
}
