/** Name servers and search domains of one port, from the files that DHCP clients leave for it (`spec/nim.md §13.2`). Pure. */
import { parseResolvConf } from "../resolv_conf.ts";

/** The files of a port, in this order: DHCPv4, DHCPv6, router advertisements. */
export const resolvConfExtensions = ["dhcp", "dhcp6", "ra"] as const;

/** See {@linkcode mergeResolvConfs}. */
export interface PortResolvConf {
  readonly servers: readonly string[];
  readonly domains: readonly string[];
}

/** @param texts of the files that are there, in the order of {@linkcode resolvConfExtensions}; each gives three servers at most */
export function mergeResolvConfs(texts: readonly string[]): PortResolvConf {
  const files = texts.map(parseResolvConf);
  return {
    servers: [...new Set(files.flatMap(({ nameservers }) => nameservers))],
    domains: [...new Set(files.flatMap(({ domains }) => domains))],
  };
}
