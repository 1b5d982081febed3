/** Asks the networks of ports for their PAC files (`spec/controllerconn.md §6.5`). */
import type { Client } from "../../controllerconn/mod.ts";
import type { SearchResult } from "./proxy_search.ts";

/** All ports at once; one port's failure is its own (W4). @returns interface name → result, of those that ask for one */
export async function findProxies(
  client: Pick<Client, "getNetworkProxy">,
  ports: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, SearchResult>> {
  const found = new Map<string, SearchResult>();
  await Promise.all(ports.map(async (ifName) => {
    const result = await client.getNetworkProxy(ifName, signal);
    if (result.kind === "found") found.set(ifName, result);
    if (result.kind === "failed") found.set(ifName, { kind: "failed", text: result.error.message });
  }));
  return found;
}
