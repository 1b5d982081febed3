/** Does a port ask for an explicit proxy? (`spec/controllerconn.md §6.5`) Proxies are not supported yet, and a direct try is no substitute. */
import { isIP } from "node:net";
import type { NetworkPortStatus } from "./device_network_status.ts";

const PROXY_TYPE_HTTP = 0;
const PROXY_TYPE_HTTPS = 1;

function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, "");
  return host === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/** A PAC file, or an entry for the scheme of the target; never for a target on the device itself. */
export function needsExplicitProxy(port: NetworkPortStatus, target: URL): boolean {
  if (isLoopback(target.hostname)) return false;
  // Go leaves empty fields out of the topic, so they may be absent as well.
  if (port.Pacfile) return true;
  const type = target.protocol === "https:" ? PROXY_TYPE_HTTPS : PROXY_TYPE_HTTP;
  return (port.Proxies ?? []).some((entry) => entry.type === type && Boolean(entry.server));
}
