/** TLS: who answers at the controller's address? */
import type { Check, CheckGroup } from "./check.ts";
import { type PortFailure, seenFailures } from "./requests.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-NET-TLS-001",
    title: "the server's certificate comes from an authority that the device does not trust",
    layer: "tls",
    weight: "broken",
    cause:
      "somebody else answers (a portal, a proxy that opens TLS), or root-certificate.pem is another controller's",
    remedy:
      "look at the issuer above: a proxy's belongs into the port's proxy certificates, a new controller's into /config/root-certificate.pem",
  },
  {
    code: "EVE-NET-TLS-002",
    title: "a proxy shows a certificate that the device does not trust",
    layer: "tls",
    weight: "broken",
    cause: "the proxy opens TLS, and its own root certificate is not in the port's configuration",
    remedy:
      "add the proxy's root certificate to the port's proxy certificates, or exempt the controller from inspection",
  },
  {
    code: "EVE-NET-TLS-003",
    title: "the server's certificate has expired",
    layer: "tls",
    weight: "broken",
    cause: "the controller's certificate was not renewed, or the clock of the device is ahead",
    remedy: "compare the clock; if it is right, the controller's certificate must be renewed",
  },
  {
    code: "EVE-NET-TLS-004",
    title: "the server's certificate is not valid yet",
    layer: "tls",
    weight: "broken",
    cause: "the clock of the device is behind",
    remedy: "set the clock, or make an NTP server reachable",
  },
  {
    code: "EVE-NET-TLS-005",
    title: "the server's certificate names other hosts",
    layer: "tls",
    weight: "broken",
    cause: "another server answers, or /config/server holds an alias that the certificate does not have",
    remedy:
      "use the name in the certificate in /config/server, or give the controller a certificate for this name",
  },
  {
    code: "EVE-NET-TLS-006",
    title: "the server's certificate or protocol is too weak",
    layer: "tls",
    weight: "broken",
    cause: "the server has an RSA key below 2048 bits, or speaks neither TLS 1.2 nor 1.3",
    remedy: "give the controller, or the proxy in front of it, a present certificate and protocol",
  },
  {
    code: "EVE-NET-TLS-007",
    title: "the TLS handshake fails",
    layer: "tls",
    weight: "broken",
    cause:
      "what answers does not speak TLS, is no controller, or a firewall closes connections when it sees their name",
    remedy: "check the port number in /config/server; ask for the firewall's log",
  },
];

const codes: Readonly<Record<string, string>> = {
  "cert-expired": "EVE-NET-TLS-003",
  "cert-not-yet-valid": "EVE-NET-TLS-004",
  "cert-wrong-name": "EVE-NET-TLS-005",
  "cert-weak-key": "EVE-NET-TLS-006",
  "tls-version": "EVE-NET-TLS-006",
};

/** See the head of this file. */
export const tlsChecks: CheckGroup = { checks, look: (facts) => seenFailures(facts, codeOf) };

function codeOf({ failure: { kind, layer, proxy } }: PortFailure): string | undefined {
  if (layer !== "tls" && layer !== "trust") return undefined;
  if (kind === "cert-unknown-authority") return proxy === undefined ? "EVE-NET-TLS-001" : "EVE-NET-TLS-002";
  return codes[kind] ?? "EVE-NET-TLS-007";
}
