/** Rules, tables and static ARP, so that traffic leaves by the port whose address it has (`spec/nim.md §14.5`). Pure. */
import { DhcpType } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import type { Have } from "./have.ts";
import { addressPriority, desiredRules, ruleChanges } from "./port_rules.ts";
import { desiredRoutes, routeChanges, type RoutePort, routeText } from "./port_routes.ts";
import { ip, type Step } from "./step.ts";
import { isIPv4InSubnet, splitSubnet } from "./subnets.ts";
import type { Target } from "./targets.ts";

/** Tables first, then the rules that point there. */
export function routingSteps(targets: readonly Target[], have: Have): readonly Step[] {
  const ports = linked(targets, have);
  return [...tableSteps(ports, have), ...ruleSteps(ports, have), ...arpSteps(ports, have)];
}

/** The rule for local addresses alone, which needs no port. */
export function localRuleSteps(have: Have): readonly Step[] {
  return ruleSteps([], {
    ...have,
    rules: have.rules.filter(({ priority }) => priority !== addressPriority),
  });
}

interface LinkedPort {
  readonly target: Target;
  readonly link: Link;
  /** The only IPv4 address that counts. */
  readonly onlySubnet?: { readonly address: string; readonly prefix: number };
}

function linked(targets: readonly Target[], { links }: Have): readonly LinkedPort[] {
  return targets.flatMap((target) => {
    const link = links.find(({ name }) => name === target.name);
    if (link === undefined || (target.isBridged && link.kind !== "bridge")) return [];
    const { IgnoreDhcpIPAddresses, Dhcp, AddrSubnet } = target.port;
    const isOnly = IgnoreDhcpIPAddresses && Dhcp === DhcpType.DhcpTypeClient && AddrSubnet !== "";
    return [{ target, link, ...(isOnly ? { onlySubnet: splitSubnet(AddrSubnet) } : {}) }];
  });
}

function tableSteps(ports: readonly LinkedPort[], have: Have): readonly Step[] {
  const routePorts = ports.map(({ link, onlySubnet }): RoutePort => ({
    ifName: link.name,
    ifIndex: link.ifIndex,
    ...(onlySubnet === undefined ? {} : { onlySubnet }),
  }));
  return routeChanges(have.routes, desiredRoutes(routePorts, have.routes)).map(({ route, verb, words }) =>
    verb === "replace"
      ? ip(`route ${routeText(route)}`, `stands in the main table for ${route.device}`, words)
      : ip(`route ${routeText(route)}`, "stands not in the main table of a port", words, {
        undoes: routeText(route),
      })
  );
}

function ruleSteps(ports: readonly LinkedPort[], have: Have): readonly Step[] {
  const desired = desiredRules(ports.map(({ link, onlySubnet }) => ({
    ifIndex: link.ifIndex,
    addresses: link.addresses.map(({ address }) => address),
    ...(onlySubnet === undefined ? {} : { onlyAddress: onlySubnet.address }),
  }))).filter(({ family }) => have.families.includes(family));
  return ruleChanges(have.rules, desired).map((words) => {
    const [, , verb, , from = "", , table = "", , priority = ""] = words;
    const item = `rule ${words[0]} ${priority} from ${from}`;
    if (verb === "add") return ip(item, `looks into table ${table}`, words);
    const needs = desired.filter((rule) => rule.from === "all").map((rule) =>
      `rule -${rule.family} ${rule.priority} from ${rule.from}`
    );
    return ip(item, priority === "0" ? "local addresses come at 12000" : "no port has this address", words, {
      undoes: `from ${from} lookup ${table} priority ${priority}`,
      ...(priority === "0" ? { needs } : {}),
    });
  });
}

/** Ports in one IPv4 subnet know each other, so that none answers for another. */
function arpSteps(ports: readonly LinkedPort[], have: Have): readonly Step[] {
  const addresses = ports.filter(({ target }) => target.port.IsL3Port).flatMap(({ link, onlySubnet }) =>
    link.addresses
      .filter(({ address }) => address.includes(".") && (onlySubnet?.address ?? address) === address)
      .map((own) => ({ ...own, device: link.name, mac: link.mac }))
  );
  const desired = addresses.flatMap((own) =>
    addresses
      .filter((other) =>
        other.device !== own.device && other.mac !== "" && other.prefix === own.prefix &&
        isIPv4InSubnet(other.address, own.address, own.prefix)
      )
      .map((other) => ({ device: own.device, address: other.address, mac: other.mac }))
  );
  const isSame = (a: typeof desired[number]) => (b: typeof desired[number]) =>
    a.device === b.device && a.address === b.address;
  const macs = new Set(ports.map(({ link }) => link.mac));
  const added = desired.filter((entry) =>
    !have.neighbours.some((other) => isSame(entry)(other) && entry.mac === other.mac)
  );
  const gone = have.neighbours.filter((entry) =>
    macs.has(entry.mac) && ports.some(({ link }) => link.name === entry.device) &&
    !desired.some(isSame(entry))
  );
  return [
    ...added.map(({ device, address, mac }) =>
      ip(`arp ${device} ${address}`, "two ports in one subnet", [
        ...["neighbour", "replace", address, "lladdr", mac, "nud", "permanent", "dev", device],
      ])
    ),
    ...gone.map(({ device, address, mac }) =>
      ip(
        `arp ${device} ${address}`,
        "no other port has it",
        ["neighbour", "delete", address, "dev", device],
        {
          undoes: `${address} lladdr ${mac} dev ${device}`,
        },
      )
    ),
  ];
}
