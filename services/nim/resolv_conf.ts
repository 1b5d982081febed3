/** Name servers and search domains of a `resolv.conf` (`spec/nim.md §13.2`). Pure. */
import { isIP } from "node:net";

/** At most three servers; a domain carries a trailing dot. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly domain: string;
}

/** What can't be read as an address is left out; `search` replaces `domain`. */
export function parseResolvConf(content: string): ResolvConf {
  const nameservers: string[] = [];
  let domain = "";
  for (const line of content.split("\n")) {
    const [keyword, value = ""] = line.trim().split(/\s+/);
    const address = value.split("%")[0] ?? "";
    if (keyword === "nameserver" && isIP(address) !== 0 && nameservers.length < 3) nameservers.push(address);
    if ((keyword === "domain" || keyword === "search") && value !== "") {
      domain = `${value.replace(/\.$/, "")}.`;
    }
  }
  return { nameservers, domain };
}
