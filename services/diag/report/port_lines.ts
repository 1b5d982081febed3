/** Lines about each port (`spec/diag.md §4 I`). Pure. */
import {
  type AddrInfo,
  hasError,
  managementPorts,
  type NetworkPortStatus,
  prefixLength,
  WirelessType,
} from "../../topics/mod.ts";
import type { Facts } from "../facts/facts.ts";
import { usableOf } from "../facts/network.ts";
import { line, type ReportLine } from "./line.ts";
import { proxyLines } from "./proxy_lines.ts";
import { testLines } from "./request_lines.ts";

/** @param detailed false where the device is connected and nothing was tried: one line an address */
export function portLines(facts: Facts, detailed: boolean, showPac: boolean): ReportLine[] {
  const { network } = facts.bus;
  if (network === undefined) return [];
  const management = new Set(managementPorts(network).map(({ IfName }) => IfName));
  return (network.Ports ?? []).filter((port) => port.IsL3Port).flatMap((port) => {
    const isManagement = management.has(port.IfName);
    const lines = addressLines(port, isManagement, detailed);
    return detailed ? [...lines, ...details(facts, port, isManagement, showPac)] : lines;
  });
}

function addressLines(port: NetworkPortStatus, isManagement: boolean, detailed: boolean): ReportLine[] {
  const { MacAddr, InvalidConfig, Cost } = port;
  const facts = [
    `port ${port.IfName}:`,
    ...(InvalidConfig ? ["(invalid config)"] : []),
    ...(MacAddr === null || MacAddr.length === 0 ? [] : [`MAC ${macText(MacAddr)}`]),
    `link ${port.Up ? "up" : "down"}`,
    isManagement ? "mgmt" : "app-shared",
    ...(Cost > 0 ? [`(cost ${Cost})`] : []),
  ].join(" ");
  const usable = new Set(usableOf(port));
  const infos = (port.AddrInfoList ?? []).filter(({ Addr }) => usable.has(Addr));
  if (infos.length === 0) return [line("INFO", `${facts} no address`)];
  return infos.map((info) => line("INFO", `${facts} ${info.Addr}${detailed ? `, ${geoText(info)}` : ""}`));
}

function details(
  { tests }: Facts,
  port: NetworkPortStatus,
  isManagement: boolean,
  showPac: boolean,
): ReportLine[] {
  const { IfName: name, ConfiguredSubnet, DomainName, LastError, InvalidConfig } = port;
  const filled = (values: readonly string[] | null) => (values ?? []).filter((value) => value !== "");
  const listed = (what: string, values: readonly string[]) =>
    values.length === 0 ? [] : [line("INFO", `${name}: ${what} ${values.join(", ")}`)];
  const servers = filled(port.DNSServers);
  const lines: ReportLine[] = [
    ...modemLines(port),
    ...(servers.length > 0 ? listed("DNS", servers) : [line("WARNING", `${name}: no DNS server`)]),
    ...(ConfiguredSubnet === null || ConfiguredSubnet.IP === ""
      ? []
      : listed("static subnet", [subnetText(ConfiguredSubnet.IP, ConfiguredSubnet.Mask)])),
    ...listed("routers", filled(port.DefaultRouters)),
    ...listed("domain", filled([DomainName])),
    ...listed("NTP", filled(port.NtpServers)),
    ...proxyLines(port, showPac),
  ];
  if (hasError(port)) {
    const what = InvalidConfig ? "invalid configuration: " : "";
    lines.push(line("ERROR", `${name}: ${what}${LastError || "nim's last test failed, it gives no reason"}`));
  }
  if (!isManagement) return [...lines, line("INFO", `${name}: not for the controller, not tested`)];
  const test = tests?.get(name);
  if (test !== undefined) return [...lines, ...testLines(name, test)];
  return usableOf(port).length === 0 ? [...lines, line("WARNING", `${name}: no address, not tested`)] : lines;
}

/** The state of the modem, where the port is one (D16). */
function modemLines({ IfName, WirelessStatus }: NetworkPortStatus): ReportLine[] {
  if (WirelessStatus.WType !== WirelessType.WirelessTypeCellular) return [];
  const { Module, CurrentProvider, CurrentRATs, ConfigError, ProbeError } = WirelessStatus.Cellular;
  const words = [Module.OpMode, CurrentProvider.Description, ...CurrentRATs ?? []].filter((word) =>
    word !== ""
  );
  const errors = [ConfigError, ProbeError].filter((text) => text !== "");
  return [
    line("INFO", `${IfName}: modem ${Module.Model || "unknown"} ${words.join(" ")}`.trimEnd()),
    ...errors.map((text) => line("ERROR", `${IfName}: modem: ${text}`)),
  ];
}

function geoText({ Geo }: AddrInfo): string {
  const known = [Geo.hostname, Geo.city, Geo.region, Geo.country, Geo.org].filter((word) => word !== "");
  return known.length === 0 ? "no geo data" : `seen from outside as ${[Geo.ip, ...known].join(", ")}`;
}

function macText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

function subnetText(ip: string, mask: Uint8Array | null): string {
  return `${ip}/${mask === null ? 0 : prefixLength(mask)}`;
}
