/** The table of each port: a copy of its routes in the main table (`spec/nim.md §14.5`). Pure. */
import { isIPv4InSubnet } from "./subnets.ts";
import type { Route } from "./have.ts";

/** One port as it is now. */
export interface RoutePort {
  readonly ifName: string;
  readonly ifIndex: number;
  /** With `IgnoreDhcpIPAddresses`: of DHCP's routes only the default one and this subnet's stay, from this address. */
  readonly onlySubnet?: { readonly address: string; readonly prefix: number };
}

const mainTable = 254;
const [firstTable, endOfTables] = [501, 800];

/** What shall stand in the tables of the ports. */
export function desiredRoutes(ports: readonly RoutePort[], existing: readonly Route[]): readonly Route[] {
  return ports.flatMap(({ ifName, ifIndex, onlySubnet }) =>
    existing
      .filter((route) => route.table === mainTable && route.device === ifName)
      .filter((route) => onlySubnet === undefined || route.family === 6 || stays(route, onlySubnet))
      .map((route) => ({
        ...route,
        table: 500 + ifIndex,
        ...(route.family === 6 && route.destination === "fe80::/64" ? { metric: ifIndex } : {}),
        ...(onlySubnet !== undefined && route.family === 4 ? { source: onlySubnet.address } : {}),
      }))
  );
}

/**
 * The words behind `ip`: on-link routes before those with a gateway, which is looked up in them. What nobody wants goes, in
 * the tables 501 to 799; those above belong to network instances.
 */
export function routeChanges(
  existing: readonly Route[],
  desired: readonly Route[],
): readonly {
  readonly route: Route;
  readonly verb: "replace" | "delete";
  readonly words: readonly string[];
}[] {
  const tables = new Set(desired.map(({ table }) => table));
  const isOurs = ({ table }: Route) => tables.has(table) || (table >= firstTable && table < endOfTables);
  const gone = existing.filter((route) => isOurs(route) && !desired.some((other) => sameKey(route, other)));
  const added = desired.filter((route) =>
    !existing.some((other) => sameKey(route, other) && same(route, other))
  );
  const byGateway = (a: Route, b: Route) => Number(a.gateway !== "") - Number(b.gateway !== "");
  return [
    ...added.toSorted(byGateway).map((
      route,
    ) => ({ route, verb: "replace", words: words("replace", route) } as const)),
    ...gone.map((route) => ({ route, verb: "delete", words: words("delete", route) } as const)),
  ];
}

/** A route as `ip route show` would write it. */
export function routeText(route: Route): string {
  return `${route.destination}${
    route.gateway === "" ? "" : ` via ${route.gateway}`
  } dev ${route.device} table ${route.table}`;
}

function stays(
  { destination }: Route,
  { address, prefix }: { readonly address: string; readonly prefix: number },
): boolean {
  if (destination === "default") return true;
  const [network = "", length = "32"] = destination.split("/");
  return Number(length) === prefix && isIPv4InSubnet(address, network, prefix);
}

function words(verb: "replace" | "delete", route: Route): readonly string[] {
  const { family, destination, gateway, device, table, metric, protocol, scope, source, onLink } = route;
  const key = [
    ...[`-${family}`, "route", verb, destination],
    ...(gateway === "" ? [] : ["via", gateway]),
    ...["dev", device, "table", String(table)],
    ...(metric === 0 ? [] : ["metric", String(metric)]),
  ];
  if (verb === "delete") return key;
  return [
    ...key,
    ...(protocol === "" ? [] : ["protocol", protocol]),
    ...(scope === "" ? [] : ["scope", scope]),
    ...(source === "" ? [] : ["src", source]),
    ...(onLink ? ["onlink"] : []),
  ];
}

/** Of two routes with one key, the kernel's `replace` keeps one (IPv4), or each its gateway (IPv6). */
function sameKey(a: Route, b: Route): boolean {
  return a.family === b.family && a.table === b.table && a.destination === b.destination &&
    a.metric === b.metric && a.device === b.device && (a.family === 4 || a.gateway === b.gateway);
}

function same(a: Route, b: Route): boolean {
  return a.gateway === b.gateway && a.protocol === b.protocol && a.scope === b.scope &&
    a.source === b.source &&
    a.onLink === b.onLink;
}
