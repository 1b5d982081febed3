/** DHCP clients and static addresses (`spec/nim.md §14.2, 14.3`). Pure. */
import { DhcpType } from "../../topics/mod.ts";
import { dhcpcdArguments, dhcpcdStopArguments } from "./dhcpcd_arguments.ts";
import type { Have } from "./have.ts";
import { adapterItem } from "./plan_adapters.ts";
import { routeMetrics } from "./route_metrics.ts";
import { claim, ip, type Step, without } from "./step.ts";
import type { Target } from "./targets.ts";

/** @param waiting interface names whose client must end before their links change */
export function dhcpcdSteps(
  targets: readonly Target[],
  have: Have,
  settings: { readonly sendVendorClass: boolean; readonly waiting: readonly string[] },
): readonly Step[] {
  const metrics = routeMetrics(targets.map(({ port }) => port));
  const wanted = new Map(targets.flatMap(({ port, name }) => {
    const metric = metrics.get(port.Logicallabel);
    const words = dhcpcdArguments(port, {
      sendVendorClass: settings.sendVendorClass,
      ...(metric === undefined ? {} : { metric }),
    });
    return words === undefined ? [] : [[name, words] as const];
  }));
  const known = new Set([...wanted.keys(), ...Object.keys(have.record.dhcpcd)]);
  return [...known].flatMap((name) => {
    const client = have.clients.get(name);
    if (client?.state === "busy") return [];
    const words = settings.waiting.includes(name) ? undefined : wanted.get(name);
    return clientSteps(name, have, words, client !== undefined);
  });
}

/** `AddrSubnet` of a DHCP client's port stands beside what DHCP gives; the one before goes. */
export function addressSteps(targets: readonly Target[], have: Have): readonly Step[] {
  const wanted = new Map(
    targets
      .filter(({ port }) => port.Dhcp === DhcpType.DhcpTypeClient && port.AddrSubnet !== "")
      .map(({ name, port }) => [name, port.AddrSubnet]),
  );
  const { addresses: own } = have.record;
  const gone = Object.entries(own).filter(([name, subnet]) => wanted.get(name) !== subnet);
  return [
    ...gone.flatMap(([name, subnet]) => {
      const item = addressItem(name, subnet);
      const because = `${subnet} is not configured any more`;
      const forget = claim(
        item,
        because,
        (record) => ({ ...record, addresses: without(record.addresses, name) }),
      );
      if (!hasAddress(have, name, subnet)) return [forget];
      const undoes = `${name} ${subnet}`;
      return [ip(item, because, ["address", "delete", subnet, "dev", name], { undoes }), forget];
    }),
    ...[...wanted].flatMap(([name, subnet]) => {
      if (hasAddress(have, name, subnet) || !have.links.some((link) => link.name === name)) return [];
      const item = addressItem(name, subnet);
      const because = "static address beside DHCP";
      const needs = [adapterItem(name)];
      return [
        ...(own[name] === subnet ? [] : [
          claim(
            item,
            because,
            (record) => ({ ...record, addresses: { ...record.addresses, [name]: subnet } }),
          ),
        ]),
        ip(item, because, ["address", "add", subnet, "dev", name], { needs }),
      ];
    }),
  ];
}

function clientSteps(
  name: string,
  have: Have,
  wanted: readonly string[] | undefined,
  runs: boolean,
): readonly Step[] {
  const item = `dhcpcd ${name}`;
  const now = have.record.dhcpcd[name];
  const needs = [adapterItem(name)];
  const forget = claim(
    item,
    "no DHCP any more",
    (record) => ({ ...record, dhcpcd: without(record.dhcpcd, name) }),
  );
  if (wanted === undefined) {
    if (!runs) return now === undefined ? [] : [forget];
    return [{
      item,
      reason: "no DHCP here any more",
      undoes: `dhcpcd ${(now ?? [name]).join(" ")}`,
      action: { kind: "dhcpcd", ifName: name, stop: stopWords(name, now) },
    }];
  }
  const isSame = now !== undefined && now.join("\n") === wanted.join("\n");
  if (runs && isSame) return [];
  if (!have.links.some((link) => link.name === name)) return [];
  const start = { kind: "dhcpcd", ifName: name, start: wanted } as const;
  if (!runs) return [{ item, reason: "does not run", undoes: "", action: start, needs }];
  const reason = now === undefined ? "runs, and nim does not know with which words" : "other words";
  const undoes = `dhcpcd ${(now ?? [name]).join(" ")}`;
  return [{ item, reason, undoes, action: { ...start, stop: stopWords(name, now) }, needs }];
}

/** The family that it was started with also names its pid file. */
function stopWords(name: string, words: readonly string[] = []): readonly string[] {
  const type = words.includes("--ipv4only") ? 5 : words.includes("--ipv6only") ? 7 : 0;
  return dhcpcdStopArguments({ IfName: name, Type: type });
}

function hasAddress({ links }: Have, name: string, subnet: string): boolean {
  return links.some((link) =>
    link.name === name && link.addresses.some(({ address, prefix }) => `${address}/${prefix}` === subnet)
  );
}

function addressItem(name: string, subnet: string): string {
  return `address ${name} ${subnet}`;
}
