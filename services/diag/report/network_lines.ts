/** Lines about port configurations and the network as a whole (`spec/diag.md §4`, F–H, J, K). Pure. */
import { DPCState, dpcStateName, managementPorts, type NetworkPortStatus } from "../../topics/mod.ts";
import { isIP } from "node:net";
import type { BusView } from "../bus/view.ts";
import type { Facts } from "../facts/facts.ts";
import { hasProxy, testablePorts, wentByProxy } from "../facts/network.ts";
import { passed } from "../facts/port_outcome.ts";
import { line, type ReportLine } from "./line.ts";

/** F and G. */
export function portConfigLines({ portConfigs, network }: BusView): ReportLine[] {
  const list = portConfigs?.PortConfigList ?? [];
  const index = portConfigs?.CurrentIndex ?? 0;
  const current = list[index];
  const doing = network?.Testing ? "testing" : "using";
  const lines: ReportLine[] = list.slice(0, Math.max(index, 0)).map((config, i) =>
    line(
      "WARNING",
      `port config ${config.Key} (priority ${i}) not in use: ${config.LastError || "it gives no reason"}`,
    )
  );
  if (list.length > 0 && current === undefined) lines.push(line("WARNING", "no port config works"));
  if (current !== undefined) {
    const place = index === 0 ? "highest priority" : `priority ${index}`;
    lines.push(line("INFO", `${doing} port config ${current.Key} (${place})`));
    const backups = list.length - 1 - index;
    if (backups > 0) {
      lines.push(line("INFO", `${backups} more port config${backups === 1 ? " stands" : "s stand"} by`));
    }
  }
  if (network?.Testing) lines.push(line("WARNING", "nim is testing; failures below may be temporary"));
  if (network !== undefined && network.State !== DPCState.DPC_SUCCESS) {
    lines.push(line("WARNING", `state ${dpcStateName(network.State) || network.State}`));
  }
  return lines;
}

/** H. */
export function portCountLine(network: NonNullable<BusView["network"]>): ReportLine {
  const ports = (network.Ports ?? []).filter((port) => port.IsL3Port);
  const management = managementPorts(network).filter((port) => port.IsL3Port);
  return line("INFO", `${ports.length} ports, ${management.length} towards the controller`);
}

/** J: the one lookup. Where every port has a proxy the proxy resolves the name, and ours may fail (D4). */
export function lookupLines({ lookup, bus, files, tests }: Facts): ReportLine[] {
  if (lookup === undefined || lookup.host === "" || isIP(lookup.host) !== 0) return [];
  const { host, addresses, problem } = lookup;
  if (problem === undefined) {
    return addresses.map((address) => line("INFO", `${host} resolves to ${address}`));
  }
  const ports = bus.network === undefined ? [] : testablePorts(bus.network);
  const isProxied = (port: NetworkPortStatus) => {
    const test = tests?.get(port.IfName);
    return hasProxy(port, files.server) || test !== undefined && wentByProxy(test);
  };
  return ports.length > 0 && ports.every(isProxied)
    ? [line("INFO", `${host} does not resolve here (${problem}); the proxy resolves it`)]
    : [line("ERROR", `${host} does not resolve: ${problem}`)];
}

/** K. */
export function verdictLine({ bus, tests }: Facts): ReportLine {
  const management = bus.network === undefined
    ? 0
    : managementPorts(bus.network).filter((port) => port.IsL3Port).length;
  const good = [...tests?.values() ?? []].filter(passed).length;
  if (management === 0) return line("ERROR", "no management port: there is no way to the controller");
  return good === management
    ? line("PASS", `all ${management} management ports passed`)
    : line("WARNING", `${good} of ${management} management ports passed`);
}
