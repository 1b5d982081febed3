/** The management resolver and the Wi-Fi radio (`spec/nim.md §14.4, 11.1`). Pure. */
import { WirelessType } from "../../topics/mod.ts";
import type { Network } from "../parts.ts";
import type { Have } from "./have.ts";
import {
  dnsmasqArguments,
  dnsmasqConfig,
  dnsmasqServers,
  resolvConfText,
  type ResolverPort,
} from "./management_resolver.ts";
import type { Step } from "./step.ts";
import type { Target } from "./targets.ts";

/** What the plan of the resolver needs beside the ports. */
export interface ResolverSettings {
  /** `/run/nim` and `/etc/resolv.conf`, with the device's root in front. */
  readonly runDirectory: string;
  readonly resolvConf: string;
  readonly logQueries: boolean;
  /** dnsmasq is to forget what it knows. */
  readonly flush: boolean;
}

const item = "resolver";

/** What the resolver is told of each port: management ports with an interface. */
export function resolverPortsOf(
  targets: readonly Target[],
  links: Have["links"],
  resolv: Network["resolv"],
): readonly ResolverPort[] {
  return targets
    .filter(({ port, name }) => port.IsMgmt && links.some((link) => link.name === name))
    .map(({ port, name }) => ({
      config: port,
      static: {
        servers: port.DNSServers ?? [],
        domains: port.DomainName === "" ? [] : [`${port.DomainName.replace(/\.$/, "")}.`],
      },
      learned: resolv.get(name) ?? { servers: [], domains: [] },
    }));
}

/** `/etc/resolv.conf` last: it names dnsmasq. */
export function resolverSteps(
  ports: readonly ResolverPort[],
  have: Have,
  { runDirectory, resolvConf, logQueries, flush }: ResolverSettings,
): readonly Step[] {
  const { pid, ...files } = have.resolver;
  const config = dnsmasqConfig(runDirectory, logQueries);
  const servers = dnsmasqServers(ports);
  const changes = { config: config !== files.config, servers: servers !== files.servers };
  const write = (path: string, now: string | undefined, text: string, inPlace = false): readonly Step[] =>
    now === text ? [] : [{
      item,
      reason: now === undefined ? `${path} is not there` : `${path} changes`,
      undoes: now ?? "",
      action: { kind: "write", path, text, inPlace },
    }];
  const run = (program: string, args: readonly string[], reason: string): Step => ({
    item,
    reason,
    undoes: "",
    action: { kind: "run", program, args },
  });
  const end = (old: number): Step => ({
    item,
    reason: "dnsmasq reads its options once",
    undoes: `dnsmasq, process ${old}`,
    action: { kind: "end", pid: old },
  });
  return [
    ...write(`${runDirectory}/dnsmasq.mgmt.conf`, files.config, config),
    ...write(`${runDirectory}/dnsmasq.mgmt.servers`, files.servers, servers),
    ...(pid !== undefined && changes.config ? [end(pid)] : []),
    ...(pid === undefined || changes.config
      ? [run("dnsmasq", dnsmasqArguments(runDirectory), "dnsmasq does not run")]
      : changes.servers || flush
      ? [
        run(
          "kill",
          ["-HUP", String(pid)],
          changes.servers ? "dnsmasq reads its servers" : "dnsmasq forgets its cache",
        ),
      ]
      : []),
    ...write(resolvConf, files.resolvConf, resolvConfText(ports), true),
  ];
}

/** Wi-Fi is on only while a port is configured for it and radio silence is off. */
export function radioSteps(targets: readonly Target[], radioOff: boolean, have: Have): readonly Step[] {
  const hasWifi = targets.some(({ port }) =>
    port.WirelessCfg.WType === WirelessType.WirelessTypeWifi && (port.WirelessCfg.Wifi ?? []).length > 0
  );
  const wanted = hasWifi && !radioOff ? "unblocked" : "blocked";
  if (have.radio === "none" || have.radio === wanted) return [];
  const reason = radioOff ? "radio silence" : hasWifi ? "a port has Wi-Fi" : "no port has Wi-Fi";
  const args = [wanted === "blocked" ? "block" : "unblock", "wlan"];
  return [{
    item: "radio",
    reason,
    undoes: `wlan ${have.radio}`,
    action: { kind: "run", program: "rfkill", args },
  }];
}
