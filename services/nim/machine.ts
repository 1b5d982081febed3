/** Links, addresses and default routes as `ip -json` tells them (`spec/nim.md §13`). Pure, but for {@linkcode readMachine}. */
import type { Commands } from "../agent/mod.ts";
import { type Fields, fields, list, listOf, number, text } from "./ip_json.ts";

/** One address with its prefix length in bits. */
export interface Address {
  readonly address: string;
  readonly prefix: number;
}

/** What the kernel says of a bond; what does not go with its mode is zero or empty. Times in milliseconds. */
export interface Bond {
  /** `active-backup`, `802.3ad`, … */
  readonly mode: string;
  readonly activeMember: string;
  readonly miiInterval: number;
  readonly upDelay: number;
  readonly downDelay: number;
  readonly arpInterval: number;
  readonly arpTargets: readonly string[];
  readonly missedMax: number;
  /** `slow` or `fast`, with `802.3ad`. */
  readonly lacpRate: string;
  readonly aggregatorId: number;
  readonly partnerMac: string;
  readonly actorKey: number;
  readonly partnerKey: number;
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
  /** Of a VLAN: the link below it and its number. */
  readonly vlan?: { readonly parent: string; readonly id: number };
  /** Of a bond. */
  readonly bond?: Bond;
  /** PCI address of the device behind it, `0000:02:00.0`. */
  readonly pciLong?: string;
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
    if (code === 0) return listing(stdout, args);
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
      ...vlanOf(link),
      ...bondOf(link),
      ...(link["parentbus"] === "pci" ? { pciLong: text(link["parentdev"]) } : {}),
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

function vlanOf(link: Fields): { vlan: { parent: string; id: number } } | Record<never, never> {
  const info = fields(link["linkinfo"]);
  if (info["info_kind"] !== "vlan") return {};
  return { vlan: { parent: text(link["link"]), id: number(fields(info["info_data"])["id"]) } };
}

function bondOf(link: Fields): { bond: Bond } | Record<never, never> {
  const info = fields(link["linkinfo"]);
  if (info["info_kind"] !== "bond") return {};
  const data = fields(info["info_data"]);
  const lacp = fields(data["ad_info"]);
  return {
    bond: {
      mode: text(data["mode"]),
      activeMember: text(data["active_slave"]),
      miiInterval: number(data["miimon"]),
      upDelay: number(data["updelay"]),
      downDelay: number(data["downdelay"]),
      arpInterval: number(data["arp_interval"]),
      arpTargets: list(data["arp_ip_target"]).map(text).filter((target) => target !== ""),
      missedMax: number(data["arp_missed_max"]),
      lacpRate: text(data["ad_lacp_rate"]),
      aggregatorId: number(lacp["aggregator"]),
      partnerMac: text(lacp["partner_mac"]),
      actorKey: number(lacp["actor_key"]),
      partnerKey: number(lacp["partner_key"]),
    },
  };
}

function listing(json: string, args: readonly string[]): Fields[] {
  try {
    return listOf(json);
  } catch (cause) {
    throw new Error(`ip ${args.join(" ")} did not print JSON: ${cause}`, { cause });
  }
}
