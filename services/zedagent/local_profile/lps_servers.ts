/** Where the local profile server is: an application of this device, and the bridge that leads to it (`spec/zedagent.md §17`). Pure. */
import {
  goIP,
  goList,
  goString,
  goStruct,
  goUUID,
  goUUIDandVersion,
  type GoValue,
  type NetworkInstanceConfig,
  parseIP,
} from "../../topics/mod.ts";

const goAssignedAddr = goStruct({ Address: goIP });
const goAppNetAdapterStatus = goStruct({
  Network: goUUID,
  Bridge: goString,
  BridgeIPAddr: goIP,
  AssignedAddresses: goStruct({ IPv4Addrs: goList(goAssignedAddr), IPv6Addrs: goList(goAssignedAddr) }),
});

/** What is read of `zedrouter/AppNetworkStatus`. */
export const goAppNetworkStatus = goStruct({
  UUIDandVersion: goUUIDandVersion,
  AppNetAdapterList: goList(goAppNetAdapterStatus),
});
/** See {@linkcode goAppNetworkStatus}. */
export type AppNetworkStatus = GoValue<typeof goAppNetworkStatus>;
type AppNetAdapterStatus = GoValue<typeof goAppNetAdapterStatus>;

/** One way to the server. */
export interface LpsServer {
  /** `http://host:port`, no slash behind it. */
  readonly baseUrl: string;
  /** The bridge, and its address: requests leave from there. */
  readonly ifName: string;
  readonly sourceAddr: string;
  readonly appUUID: string;
}

/** Where `local_profile_server` names no port. */
const defaultLpsPort = 8888;

/** Host (no brackets) and port of `local_profile_server`; `undefined` for a text that is none. */
export function parseLpsAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const bare = parseIP(text) !== undefined && text.includes(":") ? `[${text}]` : text;
  const url = URL.parse(`http://${bare}`);
  if (url === null || url.hostname === "" || !/^(\[[0-9a-fA-F:.]+\]|[^/:@?#\s]+)(:\d*)?$/.test(bare)) {
    return undefined;
  }
  const port = /:(\d+)$/.exec(bare.replace(/^\[[^\]]*\]/, ""))?.[1];
  const host = bare.replace(/:\d*$/, (end) => bare.endsWith("]") ? end : "").replace(/^\[|\]$/g, "");
  return { host, port: port === undefined ? defaultLpsPort : Number(port) };
}

/**
 * Every way to the server, bridge by bridge. An address must be one that an app was given; a name must be in the static DNS
 * of the network instance that an app is connected to. Empty: nobody is asked.
 * @param address `local_profile_server`, not empty
 */
export function lpsServers(
  address: string,
  apps: Iterable<AppNetworkStatus>,
  instances: ReadonlyMap<string, NetworkInstanceConfig>,
): LpsServer[] {
  const wanted = parseLpsAddress(address);
  if (wanted === undefined) return [];
  const found = new Map<string, LpsServer>();
  for (const { UUIDandVersion, AppNetAdapterList } of apps) {
    for (const adapter of AppNetAdapterList ?? []) {
      if (adapter.BridgeIPAddr === "") continue;
      for (const host of hostsOf(wanted.host, adapter, instances.get(adapter.Network))) {
        const server = {
          baseUrl: `http://${host.includes(":") ? `[${host}]` : host}:${wanted.port}`,
          ifName: adapter.Bridge,
          sourceAddr: adapter.BridgeIPAddr,
          appUUID: UUIDandVersion.UUID,
        };
        const key = `${server.ifName} ${server.baseUrl}`;
        if (!found.has(key)) found.set(key, server);
      }
    }
  }
  return [...found.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, server]) => server);
}

function hostsOf(
  host: string,
  { AssignedAddresses }: AppNetAdapterStatus,
  instance: NetworkInstanceConfig | undefined,
): readonly string[] {
  if (parseIP(host) !== undefined) {
    const assigned = [...AssignedAddresses.IPv4Addrs ?? [], ...AssignedAddresses.IPv6Addrs ?? []];
    return assigned.some(({ Address }) => goIP.equal(Address, host)) ? [host] : [];
  }
  return (instance?.DnsNameToIPList ?? [])
    .filter(({ HostName }) => HostName === host)
    .flatMap(({ IPs }) => IPs ?? []);
}
