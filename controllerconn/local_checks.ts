/** What can be wrong with a port before anything is sent (`spec/controllerconn.md §5.1, 5.2`). */
import type { NetworkPortStatus } from "./device_network_status.ts";
import type { ControllerConnErrorKind, SendAttempt } from "./error.ts";
import type { Layer } from "./layer.ts";
import { sourceAddresses } from "./port_order.ts";
import { needsNameServer } from "./proxy/lookup_proxy.ts";
import { type ProxyChoice, proxyText } from "./proxy/proxy_choice.ts";
import type { NetworkMonitor } from "./types.ts";

/** The first fault of a port; undefined if it has a usable address. Never rejects. */
export async function localFault(
  ifName: string,
  port: NetworkPortStatus | undefined,
  monitor: NetworkMonitor | undefined,
): Promise<SendAttempt | undefined> {
  const fault = (kind: ControllerConnErrorKind, text: string): SendAttempt => {
    const layer: Layer = "port";
    return { kind, layer, ifName, text };
  };
  if (ifName === "") return fault("no-port", "missing interface name");
  if (port === undefined) return fault("no-port", `missing port status for interface ${ifName}`);
  if (sourceAddresses(port).length > 0) return undefined;
  const noAddress = fault("no-address", `interface ${ifName}: no suitable IP address available`);
  if (monitor === undefined) return noAddress;
  try {
    const link = await monitor.link(ifName);
    if (link === "absent") return fault("no-link", `link not found for interface ${ifName}`);
    return link === "down" ? fault("no-link", `link not up for interface ${ifName}`) : noAddress;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fault("no-link", `the link of interface ${ifName} can't be looked at: ${reason}`);
  }
}

/** Whether this way needs a name server that the port does not have. */
export function nameServerFault(
  port: NetworkPortStatus,
  proxy: ProxyChoice,
  target: URL,
): SendAttempt | undefined {
  if ((port.DNSServers ?? []).length > 0 || !needsNameServer(proxy, target)) return undefined;
  const ifName = port.IfName;
  const text = `interface ${ifName}: no DNS server available`;
  return {
    kind: "no-dns",
    layer: "dns",
    ifName,
    ...(proxy.kind === "proxy" ? { proxy: proxyText(proxy) } : {}),
    text,
  };
}
