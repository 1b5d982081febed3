/** The addresses behind a host name, those that a given source address can reach (`spec/controllerconn.md §4.1`). */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { NoSuitableAddress } from "./transport_failure.ts";

/** All addresses of a name, by the system's resolver. Can't be cancelled, only abandoned. */
export type Resolver = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export const systemResolver: Resolver = (host) => lookup(host, { all: true });

/** Brackets of an IPv6 literal removed. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/**
 * @param family of the source address, 4 or 6
 * @throws {NoSuitableAddress} if there are only addresses of the other family
 */
export async function destinations(host: string, family: number, resolve: Resolver): Promise<string[]> {
  const literal = isIP(host);
  const found = literal === 0 ? await resolve(host) : [{ address: host, family: literal }];
  const suitable = found.filter((each) => each.family === family).map((each) => each.address);
  if (suitable.length > 0) return [...new Set(suitable)];
  const others = found.map((each) => each.address).join(", ") || "none";
  throw new NoSuitableAddress(
    `no suitable address found: ${host} has no IPv${family} address (it has ${others})`,
  );
}
