/** Management ports, their links and addresses, as nim publishes them. */
import { DhcpType, hasError, managementPorts, type NetworkPortStatus } from "../../topics/mod.ts";
import type { Facts } from "../facts/facts.ts";
import { testedPorts, usableOf } from "../facts/network.ts";
import { passed } from "../facts/port_outcome.ts";
import type { Check, CheckGroup, Seen } from "./check.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-NET-PORT-001",
    title: "no port may talk to the controller",
    layer: "port",
    weight: "broken",
    cause: "the port configuration in use has no management port with an IP layer",
    remedy: "give the device a port configuration with a management port (controller, USB stick, or console)",
  },
  {
    code: "EVE-NET-PORT-002",
    title: "the configuration of a port is invalid",
    layer: "link",
    weight: "broken",
    cause: "the configuration contradicts itself or names hardware that is not there",
    remedy: "correct the port's configuration; nim's error names the member",
  },
  {
    code: "EVE-NET-LINK-001",
    title: "a port has no link",
    layer: "link",
    weight: "broken",
    cause: "the cable is not plugged in, the other side is off, or the modem has no network",
    remedy: "check cable, switch port, VLAN, SIM card and antenna",
  },
  {
    code: "EVE-NET-ADDR-001",
    title: "a port has no address from DHCP",
    layer: "address",
    weight: "broken",
    cause: "no DHCP server answers in this network, or it has no free address",
    remedy: "check the DHCP server and the VLAN of the switch port, or configure a static address",
  },
  {
    code: "EVE-NET-ADDR-002",
    title: "a port does not have its static address",
    layer: "address",
    weight: "broken",
    cause: "the configured address is malformed or already used by somebody else",
    remedy: "correct address and subnet in the port's configuration",
  },
  {
    code: "EVE-NET-ADDR-003",
    title: "requests can't leave from the address of a port",
    layer: "address",
    weight: "broken",
    cause:
      "the address has left the interface since nim looked, or has no family in common with the controller",
    remedy: "wait for nim's next look; if it stays, compare the families (IPv4, IPv6) of port and controller",
  },
  {
    code: "EVE-NET-TEST-001",
    title: "the last test of a port failed",
    layer: "last-test",
    weight: "broken",
    cause: "the port could not reach the controller when nim last tried it; another port does",
    remedy: "diag --once tests the port now and names the layer",
  },
];

/** See the head of this file. */
export const portChecks: CheckGroup = {
  checks,
  look(facts) {
    const { network } = facts.bus;
    if (network === undefined) return [];
    const ports = managementPorts(network).filter((port) => port.IsL3Port);
    if (ports.length === 0) {
      const of = `${(network.Ports ?? []).length} ports, none of them for management`;
      return [{ code: "EVE-NET-PORT-001", text: of }];
    }
    return ports.flatMap((port) => look(facts, port));
  },
};

function look(facts: Facts, port: NetworkPortStatus): Seen[] {
  const { IfName: ifName } = port;
  const test = facts.tests?.get(ifName);
  if (test !== undefined && passed(test)) return [];
  const because = port.LastError === "" ? "" : `: ${port.LastError}`;
  if (port.InvalidConfig) {
    return [{ code: "EVE-NET-PORT-002", ifName, text: `its configuration is invalid${because}` }];
  }
  const seen: Seen[] = [];
  const kind = test?.ping.failures.at(-1)?.failure.kind;
  if (!port.Up || kind === "no-link") seen.push({ code: "EVE-NET-LINK-001", ifName, text: "link down" });
  if (usableOf(port).length === 0) seen.push({ ifName, ...withoutAddress(port) });
  else if (kind === "no-address") {
    const text = test?.ping.failures.at(-1)?.failure.text ?? "";
    seen.push({ code: "EVE-NET-ADDR-003", ifName, text });
  }
  if (!testedPorts(facts).has(ifName) && failedLast(port)) {
    seen.push({ code: "EVE-NET-TEST-001", ifName, text: `nim's last test failed${because}` });
  }
  return seen;
}

function withoutAddress(port: NetworkPortStatus): { code: string; text: string } {
  const only = (port.AddrInfoList ?? []).map(({ Addr }) => Addr).filter((address) => address !== "");
  const but = only.length === 0 ? "" : ` but link-local ones (${only.join(", ")})`;
  return port.Dhcp === DhcpType.DhcpTypeStatic
    ? {
      code: "EVE-NET-ADDR-002",
      text: `no address${but}, ${port.ConfiguredIP || "a static one"} is configured`,
    }
    : { code: "EVE-NET-ADDR-001", text: `no address${but}` };
}

function failedLast(port: NetworkPortStatus): boolean {
  return hasError(port);
}
