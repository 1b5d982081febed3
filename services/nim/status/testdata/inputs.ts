/** Short ways to write what the status is made of. */
import {
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goRadioSilence,
  type NetworkPortConfig,
  type NetworkPortStatus,
} from "../../../topics/mod.ts";
import type { Link } from "../../machine.ts";
import { link, portConfig } from "../../testdata/links.ts";
import { assembleStatus } from "../assemble.ts";
import type { StatusFacts } from "../facts.ts";

export const now = "2026-08-22T10:00:10Z";

export { portConfig };

/** An interface with a carrier; `addresses` as `192.168.1.10/24`. */
export function linkOf(name: string, ...addresses: string[]): Link {
  return link(name, {
    mac: "52:54:00:12:34:56",
    addresses: addresses.map((text) => {
      const [address = "", prefix] = text.split("/");
      return { address, prefix: Number(prefix) };
    }),
  });
}

/** A configuration with these ports, no override, and a machine with these links. */
export function inputs(
  ports: readonly NetworkPortConfig[],
  links: readonly Link[],
  some: Partial<StatusFacts> = {},
): StatusFacts {
  const dpc = goDevicePortConfig.make({ Version: 1, Key: "zedagent", State: 3, Ports: ports });
  return {
    config: { dpc, overridden: new Set(), errors: new Map() },
    currentIndex: 0,
    testing: false,
    network: { links, leases: new Map(), resolv: new Map(), hostResolv: { servers: [], domains: [] } },
    radioSilence: goRadioSilence.zero(),
    previous: goDeviceNetworkStatus.zero(),
    isObserving: false,
    now,
    ...some,
  };
}

/** Its ports. */
export function statusPorts(facts: StatusFacts): readonly NetworkPortStatus[] {
  return assembleStatus(facts).Ports ?? [];
}

/** Its first port. @throws if there is none */
export function firstPort(facts: StatusFacts): NetworkPortStatus {
  const [port] = statusPorts(facts);
  if (port === undefined) throw new Error("expected a port in the status, got none");
  return port;
}
