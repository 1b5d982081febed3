/** The certificates that a TLS server may chain to (`spec/controllerconn.md §9.1, 9.3`). */
import { X509Certificate } from "node:crypto";
import type { DeviceNetworkStatus } from "./device_network_status.ts";
import type { SendAttempt } from "./error.ts";
import { pemCertificates } from "./pem.ts";

/** All roots; a new object whenever one of the three sources changed. */
export interface TrustSet {
  /** PEM texts, one certificate each. */
  readonly ca: readonly string[];
  /** What was left out of it. */
  readonly problems: readonly SendAttempt[];
  /** False: `root-certificate.pem` has no usable certificate, and no TLS server is trusted. */
  readonly rootsUsable: boolean;
}

function usable(pem: string | Uint8Array): string[] {
  return pemCertificates(pem).filter(({ der }) => {
    try {
      return new X509Certificate(der).raw.length > 0;
    } catch {
      return false;
    }
  }).map(({ text }) => text);
}

/** What is wrong with the file of roots; it is an error only if nothing in it is usable. */
function rootProblem(rootPem: string, roots: readonly string[]): string | undefined {
  const total = pemCertificates(rootPem).length;
  if (roots.length === 0) {
    return `root-certificate.pem: expected at least one certificate in PEM, found none in ${rootPem.length} ` +
      `characters; no TLS server is trusted`;
  }
  return roots.length === total
    ? undefined
    : `root-certificate.pem: only ${roots.length} of its ${total} certificates are readable; the others are left out`;
}

/** Builds trust sets; the last one is kept, since it costs a parse of the system's whole bundle. */
export class Trust {
  readonly #system: readonly string[];
  readonly #roots: readonly string[];
  readonly #rootProblem: string | undefined;
  #last: { readonly proxyPems: readonly string[]; readonly set: TrustSet } | undefined;

  constructor(systemRootsPem: string, rootCertificatePem: string) {
    this.#system = usable(systemRootsPem);
    this.#roots = usable(rootCertificatePem);
    this.#rootProblem = rootProblem(rootCertificatePem, this.#roots);
  }

  /** System, root file and the proxy certificates of every port, always all three. */
  current(status: DeviceNetworkStatus): TrustSet {
    const proxies = (status.Ports ?? []).flatMap((port) =>
      (port["pubsub-large-ProxyCertPEM"] ?? []).map((pem) => ({ ifName: port.IfName, pem }))
    );
    const proxyPems = proxies.map(({ ifName, pem }) => `${ifName} ${new TextDecoder().decode(pem)}`);
    const last = this.#last;
    if (
      last !== undefined && last.proxyPems.length === proxyPems.length &&
      last.proxyPems.every((pem, index) => pem === proxyPems[index])
    ) return last.set;
    const problems: SendAttempt[] = [];
    if (this.#rootProblem !== undefined) {
      problems.push({ kind: "trust", layer: "trust", ifName: "", text: this.#rootProblem });
    }
    const proxyCa: string[] = [];
    for (const { ifName, pem } of proxies) {
      const certificates = usable(pem);
      proxyCa.push(...certificates);
      if (certificates.length > 0) continue;
      const text =
        `proxy certificate of ${ifName} (${pem.length} bytes): expected PEM, found no readable certificate; ` +
        `it is left out of the trusted roots`;
      problems.push({ kind: "trust", layer: "trust", ifName, text });
    }
    const set = {
      ca: [...new Set([...this.#system, ...proxyCa, ...this.#roots])],
      problems,
      rootsUsable: this.#roots.length > 0,
    };
    this.#last = { proxyPems, set };
    return set;
  }
}
