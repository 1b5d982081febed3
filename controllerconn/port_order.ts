/** Which ports, in which order, and from which addresses (`spec/controllerconn.md §4`). Pure. */
import { isIP } from "node:net";
import type { DeviceNetworkStatus, NetworkPortStatus } from "./device_network_status.ts";

/** From this `Version` on, `IsMgmt` of a port counts. */
const DPC_IS_MGMT = 1;

/** Failed after it last succeeded; a port never tested has no error. */
export function hasError(port: NetworkPortStatus): boolean {
  const time = (text: string) => {
    const milliseconds = Date.parse(text);
    return Number.isNaN(milliseconds) ? -Infinity : milliseconds;
  };
  return time(port.LastFailed) > time(port.LastSucceeded);
}

function byCost(ports: readonly NetworkPortStatus[], iteration: number): NetworkPortStatus[] {
  const costs = [...new Set(ports.map((port) => port.Cost))].sort((left, right) => left - right);
  return costs.flatMap((cost) => {
    const group = ports.filter((port) => port.Cost === cost);
    const shift = ((Math.trunc(iteration) % group.length) + group.length) % group.length;
    return [...group.slice(shift), ...group.slice(0, shift)];
  });
}

/**
 * Management ports, cheapest first, ports of equal cost rotated left by `iteration`; those marked failed only if there
 * is no other.
 */
export function managementPorts(status: DeviceNetworkStatus, iteration: number): NetworkPortStatus[] {
  const management = (status.Ports ?? []).filter((port) => port.IsL3Port && isManagement(status, port));
  const working = management.filter((port) => !hasError(port));
  return byCost(working.length > 0 ? working : management, iteration);
}

/** Below `Version` 1 every port counts as one. */
export function isManagement(status: DeviceNetworkStatus, port: NetworkPortStatus): boolean {
  return port.IsMgmt || status.Version < DPC_IS_MGMT;
}

/** Every port, management or not, with an address or without, in the order of a probe. */
export function allPorts(status: DeviceNetworkStatus, iteration: number): NetworkPortStatus[] {
  return byCost(status.Ports ?? [], iteration);
}

/** 169.254/16 and fe80::/10. */
export function isLinkLocal(address: string): boolean {
  return address.startsWith("169.254.") || /^fe[89ab][0-9a-f]:/i.test(address);
}

/** Whether a port has this source address. */
export function hasAddress(status: DeviceNetworkStatus, ifName: string, sourceAddr: string): boolean {
  const port = status.Ports?.find((each) => each.IfName === ifName);
  return port !== undefined && sourceAddresses(port).includes(sourceAddr);
}

/** The addresses of a port that can be a source, in order; empty and unreadable entries are left out. */
export function sourceAddresses(port: NetworkPortStatus): string[] {
  return (port.AddrInfoList ?? []).map((info) => info.Addr)
    .filter((address) => isIP(address) !== 0 && !isLinkLocal(address));
}
