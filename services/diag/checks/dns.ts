/** Name servers, port by port. */
import type { Facts } from "../facts/facts.ts";
import { wentByProxy } from "../facts/network.ts";
import type { Check, CheckGroup, Seen } from "./check.ts";
import { seenFailures } from "./requests.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-NET-DNS-001",
    title: "the controller's name does not resolve",
    layer: "dns",
    weight: "broken",
    cause: "the port's name servers do not answer or do not know the name",
    remedy:
      "check the name in /config/server, the port's DNS servers, and that UDP and TCP 53 are let through to them",
  },
  {
    code: "EVE-NET-DNS-002",
    title: "a port has no name server",
    layer: "dns",
    weight: "broken",
    cause: "DHCP or the static configuration names none",
    remedy: "add DNS servers to the DHCP server (option 6) or to the port's configuration",
  },
  {
    code: "EVE-NET-DNS-003",
    title: "one of a port's name servers does not help",
    layer: "dns",
    weight: "degraded",
    cause: "this server is down, is blocked, or does not know the name; another one does",
    remedy: "take the server out of the port's configuration, or repair it: it slows every connection down",
  },
];

/** See the head of this file. */
export const dnsChecks: CheckGroup = {
  checks,
  look(facts) {
    const broken = seenFailures(
      facts,
      ({ failure: { kind, layer } }) =>
        layer !== "dns" || kind === "unreachable" && hasNoRouter(facts)
          ? undefined
          : kind === "no-dns"
          ? "EVE-NET-DNS-002"
          : "EVE-NET-DNS-001",
      ({ ifName, failure }) =>
        failure.kind === "no-dns" ? failure.text : unresolved(facts, ifName, failure.text),
    );
    return broken.length > 0 ? broken : unhelpful(facts);
  },
};

function hasNoRouter({ bus }: Facts): boolean {
  return (bus.network?.Ports ?? []).every((port) =>
    (port.DefaultRouters ?? []).every((router) => router === "")
  );
}

/** Each server with what it said, rather than the words of the resolver that gave up. */
function unresolved({ nameServers, lookup }: Facts, ifName: string, text: string): string {
  const answers = nameServers.get(ifName) ?? [];
  const said = answers.map(({ server, problem }) => `${server}: ${problem ?? "answers"}`);
  const name = lookup === undefined || lookup.host === "" ? "the name" : lookup.host;
  return said.length === 0 ? text : `${name} does not resolve (${said.join("; ")})`;
}

/** Where a proxy takes the request, the port's own servers need not know the controller. */
function unhelpful({ nameServers, tests }: Facts): Seen[] {
  const seen: Seen[] = [];
  for (const [ifName, answers] of nameServers) {
    const test = tests?.get(ifName);
    if (test !== undefined && wentByProxy(test)) continue;
    const bad = answers.filter(({ problem, unasked }) => problem !== undefined && !unasked);
    const code = "EVE-NET-DNS-003";
    for (const { server, problem } of bad) {
      seen.push({ code, ifName, text: `name server ${server}: ${problem}` });
    }
  }
  return seen;
}
