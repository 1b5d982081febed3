/** Which proxies a port's configuration names for a target (`spec/controllerconn.md §6.5`, LookupProxy). */
import { isIP } from "node:net";
import type { NetworkPortStatus, ProxyEntry } from "../device_network_status.ts";
import { hostOf, portOf } from "../url.ts";
import { bypassesProxy, isLoopback } from "./exceptions.ts";
import { DIRECT, parseProxyAddress, type ProxyChoice } from "./proxy_choice.ts";

/** Runs a PAC file. Rejects where the file can't be used. */
export type FindProxyForURL = (
  pacText: string,
  url: string,
  host: string,
  port: NetworkPortStatus,
) => Promise<readonly ProxyChoice[]>;

/** The ways to try, in order; never empty. */
export interface ProxyLookup {
  readonly choices: readonly ProxyChoice[];
  /** Why a configured proxy is not used, for people. */
  readonly problem?: string;
}

const PROXY_TYPE_HTTP = 0;
const PROXY_TYPE_HTTPS = 1;

/** Never rejects: with a PAC file that can't be used the request goes straight, and the problem is told. */
export async function lookupProxy(
  port: NetworkPortStatus,
  target: URL,
  find: FindProxyForURL,
): Promise<ProxyLookup> {
  // Go leaves empty fields out of the topic, so they may be absent as well.
  if (!port.Pacfile) return { choices: [configuredProxy(port, target)] };
  if (isLoopback(hostOf(target))) return { choices: [DIRECT] };
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(port.Pacfile));
    const choices = await find(text, target.href, target.host, port);
    return { choices: choices.length === 0 ? [DIRECT] : choices };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      choices: [DIRECT],
      problem: `the PAC file of ${port.IfName} can't be used (${reason}); sent directly`,
    };
  }
}

/** Of the entries for the scheme of the target the last one counts, unless an exception names the target. */
export function configuredProxy(port: NetworkPortStatus, target: URL): ProxyChoice {
  const secure = target.protocol === "https:";
  const type = secure ? PROXY_TYPE_HTTPS : PROXY_TYPE_HTTP;
  const entry = (port.Proxies ?? []).findLast((each) =>
    (each.type ?? PROXY_TYPE_HTTP) === type && each.server
  );
  const proxy = entry === undefined ? undefined : parseProxyAddress(addressOf(entry));
  if (proxy === undefined) return DIRECT;
  return bypassesProxy(port.Exceptions ?? "", hostOf(target), portOf(target)) ? DIRECT : proxy;
}

/** `server:port`; an IPv6 address may come without its brackets, and a URL with a slash behind it. */
function addressOf({ server, port }: ProxyEntry): string {
  const bare = server.trim().replace(/\/+$/, "");
  const host = isIP(bare) === 6 ? `[${bare}]` : bare;
  return port > 0 ? `${host}:${port}` : host;
}

/** Whether a connection by this way needs a name server: not to a proxy, or to a target, that is an address. */
export function needsNameServer(choice: ProxyChoice, target: URL): boolean {
  return isIP(choice.kind === "proxy" ? choice.host : hostOf(target)) === 0;
}
