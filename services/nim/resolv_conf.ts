/** Name servers and search domains of a `resolv.conf` (`spec/nim.md §13.2`). Pure. */
import { isIP } from "node:net";

/** At most three servers; domains carry a trailing dot. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  /** The first of `domains`, or `""`. */
  readonly domain: string;
  readonly domains: readonly string[];
}

/** What can't be read as an address is left out; of `search` and `domain` the last line counts. */
export function parseResolvConf(content: string): ResolvConf {
  const nameservers: string[] = [];
  let domains: string[] = [];
  for (const line of content.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    const [value = ""] = values;
    const address = value.split("%")[0] ?? "";
    if (keyword === "nameserver" && isIP(address) !== 0 && nameservers.length < 3) nameservers.push(address);
    if ((keyword === "domain" || keyword === "search") && value !== "") {
      domains = (keyword === "search" ? values : [value]).map((name) => `${name.replace(/\.$/, "")}.`);
    }
  }
  return { nameservers, domain: domains[0] ?? "", domains };
}
