/** The list of targets that a proxy is not used for (`spec/controllerconn.md §6.5`, table). Pure. */
import { BlockList, isIP } from "node:net";

/** Whether a connection to `host` (no brackets) and `port` goes around the proxy. */
export function bypassesProxy(exceptions: string, host: string, port: number): boolean {
  const target = nameOf(host);
  if (isLoopback(host)) return true;
  return exceptions.split(",").map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && matches(entry, target, port));
}

/** `localhost` and the addresses that never leave the device. */
export function isLoopback(host: string): boolean {
  const target = nameOf(host);
  return target === "localhost" || isInside("127.0.0.0/8", target) || isInside("::1/128", target) ||
    isInside("::ffff:127.0.0.0/104", target);
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInside(entry, host);
  const { name, port: wanted } = split(entry);
  if (wanted !== undefined && wanted !== port) return false;
  if (isIP(name) !== 0) return sameAddress(name, host);
  const domain = name.startsWith("*.") ? name.slice(1) : name;
  if (domain.startsWith(".")) return host.endsWith(domain);
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}

/** Only literal addresses are compared: a name is not resolved for it. */
function isInside(subnet: string, host: string): boolean {
  const [network = "", bits = ""] = subnet.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}

function sameAddress(entry: string, host: string): boolean {
  return isIP(host) !== 0 && isInside(`${entry}/${isIP(entry) === 4 ? 32 : 128}`, host);
}

/** `name`, `name:port`, `[v6]` or `[v6]:port`; a bare IPv6 address has no port. */
function split(entry: string): { name: string; port: number | undefined } {
  if (isIP(entry) === 6) return { name: entry, port: undefined };
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  if (match === null) return { name: entry, port: undefined };
  return {
    name: match[1] ?? match[2] ?? "",
    port: match[3] === undefined ? undefined : Number(match[3]),
  };
}
