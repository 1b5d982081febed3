/**
 * The addresses of a name as one port sees them: hosts file, the port's own name servers, then the system's resolver, since a port
 * whose servers are dead is not blamed if another's answer (`spec/controllerconn.md §4.1`). Nothing is kept from one question to the
 * next, so that no answer outlives a change of the network.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { abortable } from "../deadline.ts";
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

/** A server that has said nothing for so long is not waited for alone: the next one is asked as well. */
const STAGGER_MS = 1500;

/** What `localhost` and names below it are without asking anybody (RFC 6761 §6.3). */
const LOOPBACK: readonly string[] = ["127.0.0.1", "::1"];

function isLocal(host: string): boolean {
  return /^(.*\.)?localhost\.?$/i.test(host);
}

/** @param hostsText content of the hosts file, asked anew for each question; @param random in [0, 1) */
export function portResolver(hostsText: () => string, random: () => number): Resolver {
  return async (host, setting) => {
    const known = isLocal(host) ? LOOPBACK : addressesInHosts(hostsText(), host);
    if (known.length > 0) return { addresses: known, by: "hosts" };
    const found = await askInTurn(host, setting, random);
    if (found !== undefined) return found;
    const all = await abortable(lookup(host, { all: true }), setting.signal);
    return { addresses: all.map(({ address }) => address), by: "system" };
  };
}

/** Undefined when none of the servers knows an address. */
async function askInTurn(
  host: string,
  { sourceAddr, servers, signal }: ResolveSetting,
  random: () => number,
): Promise<Resolved | undefined> {
  const family = isIP(sourceAddr) === 6 ? 6 : 4;
  const suitable = servers.filter((server) => isIP(server) === family);
  const ending = new AbortController();
  const onAbort = () => ending.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  const asked: Promise<Resolved | undefined>[] = [];
  try {
    for (const server of suitable) {
      const id = Math.floor(random() * 65536);
      const question = { host, family, server, sourceAddr, id, signal: ending.signal } as const;
      asked.push(
        askServer(question).then(
          ({ addresses }) => addresses.length > 0 ? { addresses, by: server } : undefined,
          () => undefined,
        ),
      );
      const first = await firstFound(asked, STAGGER_MS);
      if (signal.aborted) throw signal.reason;
      if (first !== undefined) return first;
    }
    return undefined;
  } finally {
    signal.removeEventListener("abort", onAbort);
    ending.abort(new Error("no longer needed"));
  }
}

/** The first answer with an address; undefined when all have said that there is none, or after the pause. */
async function firstFound(
  asked: readonly Promise<Resolved | undefined>[],
  milliseconds: number,
): Promise<Resolved | undefined> {
  const { promise, resolve } = Promise.withResolvers<Resolved | undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  for (const each of asked) {
    each.then((found) => {
      if (found !== undefined) resolve(found);
    });
  }
  Promise.all(asked).then((all) => resolve(all.find((found) => found !== undefined)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
