/** The proxy between a port and the controller. */
import type { Check, CheckGroup } from "./check.ts";
import { type PortFailure, seenFailures } from "./requests.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-NET-PROXY-001",
    title: "the proxy wants a user name and password",
    layer: "proxy",
    weight: "broken",
    cause: "the proxy answered 407; the device has no credentials for it, or wrong ones",
    remedy:
      "let the device pass without credentials, or put them into the proxy's address (http://user:password@host:port)",
  },
  {
    code: "EVE-NET-PROXY-002",
    title: "the proxy does not connect to the controller",
    layer: "proxy",
    weight: "broken",
    cause: "the proxy's rules forbid the controller, or the proxy itself can't reach or resolve it",
    remedy: "allow CONNECT to the controller's host and port at the proxy; its log says what it refused",
  },
  {
    code: "EVE-NET-PROXY-003",
    title: "the proxy's name does not resolve",
    layer: "proxy",
    weight: "broken",
    cause: "the port's name servers do not know the proxy",
    remedy: "check the proxy's name and the port's DNS servers, or configure the proxy by its address",
  },
  {
    code: "EVE-NET-PROXY-004",
    title: "the proxy can't be reached",
    layer: "proxy",
    weight: "broken",
    cause: "the proxy is down, or its address or port is wrong",
    remedy: "check the proxy's address and port in the port's configuration, and that the proxy runs",
  },
  {
    code: "EVE-NET-PROXY-005",
    title: "the proxy configuration of the network can't be used",
    layer: "proxy",
    weight: "broken",
    cause: "the PAC file is faulty, or none was found where the network should offer it (WPAD)",
    remedy: "check the PAC file with diag -p, and its URL; or configure the proxy without PAC",
  },
];

const unreachable: ReadonlySet<string> = new Set(["refused", "unreachable", "timeout", "reset", "no-dns"]);

/** See the head of this file. */
export const proxyChecks: CheckGroup = { checks, look: (facts) => seenFailures(facts, codeOf, textOf) };

function codeOf({ failure: { kind, layer, proxy } }: PortFailure): string | undefined {
  if (layer !== "proxy") return undefined;
  if (kind === "proxy-auth") return "EVE-NET-PROXY-001";
  if (kind === "resolve" || kind === "no-dns") return "EVE-NET-PROXY-003";
  if (unreachable.has(kind)) return "EVE-NET-PROXY-004";
  return proxy === undefined ? "EVE-NET-PROXY-005" : "EVE-NET-PROXY-002";
}

function textOf({ failure: { proxy, text } }: PortFailure): string {
  return proxy === undefined || text.includes(proxy) ? text : `${proxy}: ${text}`;
}
