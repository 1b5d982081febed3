/**
 * The PAC files that the networks of the ports offer (`CheckAndGetNetworkProxy`, `spec/controllerconn.md §6.5`): who asks for
 * one, what was found, what is looked for again. Pure. Unlike Go's, a search is not repeated for each change of some address
 * (`spec/nim.md` W3), and one port's failure fails that port alone (W4).
 */
import { isLinkLocal, type NetworkPortStatus } from "../topics/mod.ts";

/** What came of one port's search. */
export type SearchResult =
  | { readonly kind: "found"; readonly pacfile: string; readonly wpadURL: string }
  | { readonly kind: "failed"; readonly text: string };

/** See {@linkcode noSearch}. */
export interface ProxySearch {
  /** Interface name → result, and what it was looked for with. */
  readonly known: ReadonlyMap<string, { readonly asked: string; readonly result: SearchResult }>;
  /** Interface name → what the search that runs now looks for it with. */
  readonly underWay: ReadonlyMap<string, string>;
  /** The failed ones are to be looked for again. */
  readonly isDue: boolean;
  /** Searches in a row that left a port without. */
  readonly failures: number;
}

/** Nothing looked for yet. */
export const noSearch: ProxySearch = { known: new Map(), underWay: new Map(), isDue: false, failures: 0 };

/** Forgets what was found for ports that are gone, ask no more, or stand in another network now. */
export function followPorts(search: ProxySearch, ports: readonly NetworkPortStatus[]): ProxySearch {
  const asking = new Map(ports.filter(asksForProxy).map((port) => [port.IfName, askedWith(port)]));
  const known = new Map([...search.known].filter(([name, { asked }]) => asking.get(name) === asked));
  return { ...search, known, failures: hasFailed({ ...search, known }) ? search.failures : 0 };
}

/** Begins to look for the PAC files that are wanted now; `underWay` has the ports, and may be empty. */
export function beginSearch(search: ProxySearch, ports: readonly NetworkPortStatus[]): ProxySearch {
  const wanted = ports.filter(asksForProxy).filter(({ IfName }) => {
    const kind = search.known.get(IfName)?.result.kind;
    return kind === undefined || (kind === "failed" && search.isDue);
  });
  return { ...search, underWay: new Map(wanted.map((port) => [port.IfName, askedWith(port)])) };
}

/** Adds what a search came to, for the ports that are still as they were. @param results interface name → result */
export function searched(
  search: ProxySearch,
  ports: readonly NetworkPortStatus[],
  results: ReadonlyMap<string, SearchResult>,
): ProxySearch {
  const known = new Map(search.known);
  for (const port of ports.filter(asksForProxy)) {
    const result = results.get(port.IfName);
    const asked = search.underWay.get(port.IfName);
    if (result !== undefined && asked === askedWith(port)) known.set(port.IfName, { asked, result });
  }
  const after: ProxySearch = { known, underWay: new Map(), isDue: false, failures: search.failures + 1 };
  return hasFailed(after) ? after : { ...after, failures: 0 };
}

/** Whether some port is without the PAC file that it asks for. */
export function hasFailed({ known }: ProxySearch): boolean {
  return [...known.values()].some(({ result }) => result.kind === "failed");
}

/** Why a port is without; undefined if it is not. */
export function searchFailure({ known }: ProxySearch, ifName: string): string | undefined {
  const result = known.get(ifName)?.result;
  return result?.kind === "failed" ? result.text : undefined;
}

/** The port as it is published: with the PAC file that was found. */
export function withProxy({ known }: ProxySearch, port: NetworkPortStatus): NetworkPortStatus {
  const result = known.get(port.IfName)?.result;
  return result?.kind === "found" ? { ...port, Pacfile: result.pacfile, WpadURL: result.wpadURL } : port;
}

/** It wants one, has none, and can send. */
function asksForProxy(port: NetworkPortStatus): boolean {
  return port.NetworkProxyEnable && port.Pacfile === "" && !port.InvalidConfig &&
    (port.DNSServers ?? []).length > 0 && usable(port).length > 0;
}

function usable({ AddrInfoList }: NetworkPortStatus): string[] {
  return (AddrInfoList ?? []).map(({ Addr }) => Addr).filter((address) =>
    address !== "" && !isLinkLocal(address)
  );
}

function askedWith(port: NetworkPortStatus): string {
  return JSON.stringify([port.NetworkProxyURL, port.DomainName, usable(port)]);
}
