/**
 * The addresses of a name as one port sees them: hosts file, the port's own name servers, then the system's resolver, since a port
 * whose servers are dead is not blamed if another's answer (`spec/controllerconn.md §4.1`). Nothing is kept from one question to the
 * next, so that no answer outlives a change of the network.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { firstWithAddress } from "./ask_in_turn.ts";
import { askServer } from "./ask_server.ts";
import { addressesInHosts } from "./hosts_file.ts";

/** Who asks. */
export interface ResolveSetting {
  /** The source address of the connection to come: only addresses of its family are of use. */
  readonly sourceAddr: string;
  /** `DNSServers` of the port. */
  readonly servers: readonly string[];
  /** Ends the search. */
  readonly signal: AbortSignal;
}

/** An answer, and who gave it. */
export interface Resolved {
  /** Of any family. */
  readonly addresses: readonly string[];
  /** `hosts`, the address of a name server, or `system`. */
  readonly by: string;
}

/** Rejects where the name does not resolve. */
export type Resolver = (host: string, setting: ResolveSetting) => Promise<Resolved>;

/** The operating system's way, which can't be stopped; rejects where it finds nothing. */
export type SystemResolver = (host: string) => Promise<readonly string[]>;

const systemResolver: SystemResolver = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** What `localhost` and names below it are without asking anybody (RFC 6761 §6.3). */
const LOOPBACK: readonly string[] = ["127.0.0.1", "::1"];

function isLocal(host: string): boolean {
  return /^(.*\.)?localhost\.?$/i.test(host);
}

/** @param hostsText content of the hosts file, asked anew for each question; @param random in [0, 1) */
export function portResolver(
  hostsText: () => string,
  random: () => number,
  system: SystemResolver = systemResolver,
): Resolver {
  return async (host, setting) => {
    const known = isLocal(host) ? LOOPBACK : addressesInHosts(hostsText(), host);
    if (known.length > 0) return { addresses: known, by: "hosts" };
    const { sourceAddr, servers, signal } = setting;
    const family = isIP(sourceAddr) === 6 ? 6 : 4;
    const asks = servers.filter((server) => isIP(server) === family).map((server) => {
      const id = () => Math.floor(random() * 65536);
      return async (signal: AbortSignal) => {
        const question = { host, family, server, sourceAddr, id: id(), signal } as const;
        return { addresses: (await askServer(question)).addresses, by: server };
      };
    });
    const askSystem = async () => ({ addresses: await system(host), by: "system" });
    return await firstWithAddress([...asks, askSystem], host, signal);
  };
}
