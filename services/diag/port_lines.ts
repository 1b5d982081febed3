/** Lines about the ports and their tests (`spec/diag.md §4`, H–K). Pure. */
import {
  type DeviceNetworkStatus,
  hasError,
  isLinkLocal,
  managementPorts,
  type NetworkPortStatus,
} from "../topics/mod.ts";
import type { ReportLine } from "./report_line.ts";

/** Outcome of the requests over one port; `text` says what failed. */
export interface PortTest {
  readonly ping: RequestOutcome;
  /** Absent when ping failed: uuid was not tried. */
  readonly uuid?: RequestOutcome;
}

/** One request. */
export interface RequestOutcome {
  readonly ok: boolean;
  /** HTTP status in words, or what failed. */
  readonly text: string;
  /** Without scheme. */
  readonly url: string;
}

/** Management L3 ports with an address that can be used. */
export function testablePorts(network: DeviceNetworkStatus): readonly NetworkPortStatus[] {
  return managementPorts(network).filter((port) =>
    port.IsL3Port && !port.InvalidConfig && usable(port).length > 0
  );
}

/** @param tests interface name → outcome */
export function portLines(network: DeviceNetworkStatus, tests: ReadonlyMap<string, PortTest>): ReportLine[] {
  const ports = (network.Ports ?? []).filter((port) => port.IsL3Port);
  const management = managementPorts(network).filter((port) => port.IsL3Port);
  return [
    { level: "INFO", text: `${ports.length} ports, ${management.length} towards the controller` },
    ...ports.flatMap((port) => onePort(port, management.includes(port), tests.get(port.IfName))),
    verdict(management.length, tests),
  ];
}

function onePort(port: NetworkPortStatus, isManagement: boolean, test: PortTest | undefined): ReportLine[] {
  const name = port.IfName;
  const facts = [
    `port ${name}:`,
    ...(port.InvalidConfig ? ["(invalid config)"] : []),
    ...(port.MacAddr === null
      ? []
      : [`MAC ${[...port.MacAddr].map((b) => b.toString(16).padStart(2, "0")).join(":")}`]),
    `link ${port.Up ? "up" : "down"}`,
    isManagement ? "mgmt" : "app-shared",
    ...(port.Cost > 0 ? [`(cost ${port.Cost})`] : []),
  ].join(" ");
  const addresses = usable(port);
  const lines: ReportLine[] = addresses.length === 0
    ? [{ level: isManagement ? "WARNING" : "INFO", text: `${facts} no address` }]
    : addresses.map((address) => ({ level: "INFO", text: `${facts} ${address}` }));
  const servers = port.DNSServers ?? [];
  lines.push(
    servers.length > 0
      ? { level: "INFO", text: `${name}: DNS ${servers.join(", ")}` }
      : { level: isManagement ? "WARNING" : "INFO", text: `${name}: no DNS server` },
  );
  const routers = (port.DefaultRouters ?? []).filter((router) => router !== "");
  if (routers.length > 0) lines.push({ level: "INFO", text: `${name}: routers ${routers.join(", ")}` });
  if (hasError(port)) lines.push({ level: "ERROR", text: `${name}: ${port.LastError}` });
  return [...lines, ...(test === undefined ? [] : testLines(name, test))];
}

function testLines(name: string, test: PortTest): ReportLine[] {
  const line = (outcome: RequestOutcome): ReportLine => ({
    level: outcome.ok ? "INFO" : "ERROR",
    text: `${name}: ${outcome.url}: ${outcome.text}`,
  });
  const lines = [line(test.ping), ...(test.uuid === undefined ? [] : [line(test.uuid)])];
  return passed(test)
    ? [...lines, { level: "PASS", text: `${name}: the controller answers and knows this device` }]
    : lines;
}

/** Ping and uuid both answered. */
export function passed(test: PortTest): boolean {
  return test.ping.ok && test.uuid?.ok === true;
}

function verdict(management: number, tests: ReadonlyMap<string, PortTest>): ReportLine {
  const good = [...tests.values()].filter(passed).length;
  if (management === 0) {
    return { level: "ERROR", text: "no management port: there is no way to the controller" };
  }
  return good === management
    ? { level: "PASS", text: `all ${management} management ports passed` }
    : { level: "WARNING", text: `${good} of ${management} management ports passed` };
}

function usable(port: NetworkPortStatus): string[] {
  return (port.AddrInfoList ?? []).map((info) => info.Addr).filter((address) =>
    address !== "" && !isLinkLocal(address)
  );
}
