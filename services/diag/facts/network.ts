/** What follows from the ports alone. Pure. */
import {
  type DeviceNetworkStatus,
  isLinkLocal,
  managementPorts,
  type NetworkPortStatus,
} from "../../topics/mod.ts";
import type { Facts } from "./facts.ts";

/** The addresses of a port from which a controller can be reached. */
export function usableOf(port: NetworkPortStatus): readonly string[] {
  return (port.AddrInfoList ?? []).map(({ Addr }) => Addr)
    .filter((address) => address !== "" && !isLinkLocal(address));
}

/** Management L3 ports with a usable address: those over which requests are made. */
export function testablePorts(network: DeviceNetworkStatus): readonly NetworkPortStatus[] {
  return managementPorts(network).filter((port) =>
    port.IsL3Port && !port.InvalidConfig && usableOf(port).length > 0
  );
}

/** Ports over which requests were made. */
export function testedPorts({ tests }: Facts): ReadonlySet<string> {
  return new Set(tests?.keys() ?? []);
}

/** Host without port: `[::1]:8080` and a bare `fe80::1` are addresses, not names with a port (D13). */
export function hostOfServer(server: string): string {
  if (/^[^:]*:[^:]*:/.test(server) && !server.startsWith("[")) return server;
  const inBrackets = /^\[([^\]]*)\]/.exec(server)?.[1];
  return inBrackets ?? server.split(":")[0] ?? "";
}

/** True for a port with a proxy of any kind. */
export function hasProxy(port: NetworkPortStatus): boolean {
  return Boolean(port.Pacfile) || (port.Proxies ?? []).some(({ type, server }) => server !== "" && type <= 2);
}
