/** Machines and configurations for tests of the plan. */
import type { NetworkPortConfig } from "../../../topics/mod.ts";
import type { Link } from "../../machine.ts";
import type { Network, Wanted } from "../../parts.ts";
import type { Have, Route } from "../have.ts";
import type { PlanSettings } from "../plan.ts";
import { emptyRecord } from "../step.ts";

/** A machine after its boot: the kernel's own rules and nothing of nim's. */
export function have(links: readonly Link[], more: Partial<Have> = {}): Have {
  return {
    links,
    families: [4, 6],
    rules: ([4, 6] as const).flatMap((family) => [
      { family, priority: 0, from: "all", table: 255 },
      { family, priority: 32_766, from: "all", table: 254 },
    ]),
    routes: [],
    neighbours: [],
    clients: new Map(),
    resolver: { config: undefined, servers: undefined, resolvConf: "nameserver 10.0.0.53\n" },
    radio: "none",
    record: emptyRecord,
    ...more,
  };
}

/** A route of the main table. */
export function route(destination: string, device: string, more: Partial<Route> = {}): Route {
  return {
    family: destination.includes(":") ? 6 : 4,
    table: 254,
    destination,
    device,
    gateway: "",
    protocol: "16",
    scope: "",
    source: "",
    metric: 5_000,
    onLink: false,
    ...more,
  };
}

export function wanted(ports: readonly NetworkPortConfig[], more: Partial<Wanted> = {}): Wanted {
  return {
    ports,
    sendVendorClass: false,
    logQueries: false,
    radioOff: false,
    resolverGeneration: 0,
    ...more,
  };
}

/** As on EVE. */
export const settings: PlanSettings = {
  adapters: "bridge",
  runDirectory: "/run/nim",
  resolvConf: "/etc/resolv.conf",
  logQueries: false,
  flush: false,
};

/** Name servers of `eth0` by DHCP. */
export const resolv: Network["resolv"] = new Map([
  ["eth0", { servers: ["192.168.1.1"], domains: ["lab.example."] }],
]);
