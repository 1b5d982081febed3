/** Gateway and TCP: is there a way to the controller, and does anybody answer there? */
import type { Facts } from "../facts/facts.ts";
import type { Check, CheckGroup } from "./check.ts";
import { type PortFailure, seenFailures } from "./requests.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-NET-GATEWAY-001",
    title: "a port has no gateway",
    layer: "gateway",
    weight: "broken",
    cause:
      "DHCP or the static configuration names no router, so that nothing outside the subnet can be reached",
    remedy: "add the router to the DHCP server (option 3) or to the port's configuration",
  },
  {
    code: "EVE-NET-TCP-001",
    title: "the controller's port is closed",
    layer: "tcp",
    weight: "broken",
    cause: "nothing listens at this address and port, or a firewall refuses in its place",
    remedy:
      "check host and port in /config/server, and whether the controller runs; ask for the firewall's log",
  },
  {
    code: "EVE-NET-TCP-002",
    title: "nobody answers at the controller's address",
    layer: "tcp",
    weight: "broken",
    cause: "a firewall drops the packets, the route leads nowhere, or the controller's host is down",
    remedy:
      "let the device out to the controller's host and port (TCP); test with another device in this network",
  },
  {
    code: "EVE-NET-TCP-003",
    title: "the controller's address can't be reached",
    layer: "tcp",
    weight: "broken",
    cause: "the gateway, or a router behind it, knows no way to the controller",
    remedy: "check the routes of the network, and that the port's subnet and gateway are right",
  },
  {
    code: "EVE-NET-TCP-004",
    title: "the connection to the controller breaks",
    layer: "tcp",
    weight: "broken",
    cause: "a firewall or load balancer closes the connection",
    remedy: "ask for the log of the firewall between the device and the controller",
  },
];

const tcpCodes: Readonly<Record<string, string>> = {
  refused: "EVE-NET-TCP-001",
  timeout: "EVE-NET-TCP-002",
  unreachable: "EVE-NET-TCP-003",
};

/** See the head of this file. */
export const pathChecks: CheckGroup = {
  checks,
  look: (facts) => seenFailures(facts, (found) => codeOf(facts, found)),
};

function codeOf(facts: Facts, { ifName, failure }: PortFailure): string | undefined {
  const { kind, layer } = failure;
  if (kind === "unreachable" && ["dns", "proxy", "tcp"].includes(layer) && !hasRouter(facts, ifName)) {
    return "EVE-NET-GATEWAY-001";
  }
  return layer === "tcp" ? tcpCodes[kind] ?? "EVE-NET-TCP-004" : undefined;
}

function hasRouter({ bus }: Facts, ifName: string): boolean {
  const port = (bus.network?.Ports ?? []).find((each) => each.IfName === ifName);
  return (port?.DefaultRouters ?? []).some((router) => router !== "");
}
