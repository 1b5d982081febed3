/** What follows from the ports alone. Pure. */
import { configuredProxy } from "../../../controllerconn/proxy/lookup_proxy.ts";
import { withScheme } from "../../../controllerconn/url.ts";
import {
  type DeviceNetworkStatus,
  isLinkLocal,
  managementPorts,
  type NetworkPortStatus,
} from "../../topics/mod.ts";
import type { Facts } from "./facts.ts";
import type { PortTest } from "./port_outcome.ts";

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

/** Host without scheme and port: `[::1]:8080` and a bare `fe80::1` are addresses, not names with a port (D13). */
export function hostOfServer(server: string): string {
  const bare = server.replace(/^https?:\/\//, "");
  if (/^[^:]*:[^:]*:/.test(bare) && !bare.startsWith("[")) return bare;
  const inBrackets = /^\[([^\]]*)\]/.exec(bare)?.[1];
  return inBrackets ?? bare.split(":")[0] ?? "";
}

/** True where the port's own settings, exceptions included, send a request for the controller to a proxy. A PAC file says it later. */
export function hasProxy(port: NetworkPortStatus, server: string): boolean {
  const target = port.Pacfile ? null : URL.parse(withScheme(server));
  return target !== null && configuredProxy(port, target).kind === "proxy";
}

/** True where a request of the test went to a proxy. */
export function wentByProxy({ ping }: PortTest): boolean {
  return ping.proxy !== undefined || ping.failures.some(({ failure }) => failure.proxy !== undefined);
}
