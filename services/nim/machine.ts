/** Links, addresses and default routes as `ip -json` tells them (`spec/nim.md §13`). Pure, but for {@linkcode readMachine}. */
import type { Commands } from "../agent/mod.ts";

/** One address with its prefix length in bits. */
export interface Address {
  readonly address: string;
  readonly prefix: number;
}

/** One interface. */
export interface Link {
  readonly name: string;
  /** The kernel's number; its table of routes is 500 more. */
  readonly ifIndex: number;
  /** LOWER_UP: there is a carrier. */
  readonly up: boolean;
  /** UP: somebody has switched it on. */
  readonly adminUp: boolean;
  readonly loopback: boolean;
  readonly broadcast: boolean;
  /** The bridge or bond that it belongs to, or `""`. */
  readonly master: string;
  /** `device` for real hardware; `bridge`, `veth`, `dummy` … */
  readonly kind: string;
  readonly mtu: number;
  /** `52:54:00:12:34:56`, or `""`. */
  readonly mac: string;
  readonly addresses: readonly Address[];
  /** Gateways of its default routes in the main table; `""` for an on-link one. */
  readonly defaultRouters: readonly string[];
}

const calls = [
  ["-json", "-details", "address"],
  ["-json", "route", "show", "table", "main"],
  ["-6", "-json", "route", "show", "table", "main"],
] as const;

/** All interfaces of this machine. @throws {Error} naming the command and what it said */
export async function readMachine(commands: Commands, signal: AbortSignal): Promise<Link[]> {
  const [addresses, routes, routes6] = await Promise.all(calls.map(async (args) => {
    const { code, stdout, stderr } = await commands.run("ip", args, signal);
    if (code === 0) return listOf(stdout, args);
    throw new Error(
      `ip ${args.join(" ")} ended with ${code}: ${stderr.trim()}; the last known ports stay published`,
    );
  }));
  return linksOf(addresses ?? [], [...routes ?? [], ...routes6 ?? []]);
}

/** Puts the two listings together. */
export function linksOf(addresses: readonly Fields[], routes: readonly Fields[]): Link[] {
  return addresses.filter((link) => link["ifname"] !== undefined).map((link) => {
    const flags = list(link["flags"]);
    return {
      name: text(link["ifname"]),
      ifIndex: number(link["ifindex"]),
      up: flags.includes("LOWER_UP"),
      adminUp: flags.includes("UP"),
      loopback: flags.includes("LOOPBACK"),
      broadcast: flags.includes("BROADCAST"),
      master: text(link["master"]),
      kind: text(fields(link["linkinfo"])["info_kind"]) || "device",
      mtu: number(link["mtu"]),
      mac: text(link["address"]),
      addresses: list(link["addr_info"]).map(fields).map((info) => ({
        address: text(info["local"]),
        prefix: number(info["prefixlen"]),
      })).filter((info) => info.address !== ""),
      defaultRouters: routes
        .filter((route) => route["dst"] === "default" && route["dev"] === link["ifname"])
        .map((route) => text(route["gateway"])),
    };
  });
}

type Fields = Readonly<Record<string, unknown>>;

function listOf(json: string, args: readonly string[]): Fields[] {
  if (json.trim() === "") return [];
  try {
    return list(JSON.parse(json)).map(fields);
  } catch (cause) {
    throw new Error(`ip ${args.join(" ")} did not print JSON: ${cause}`, { cause });
  }
}

function fields(value: unknown): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
