/**
 * Kept connections (decisions.md 10): one agent for each source address, trust set and identity. An agent whose source
 * address or trust set is gone ends its idle connections.
 */
import http from "node:http";
import https from "node:https";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import type { SigningIdentity } from "./identity.ts";
import type { TrustSet } from "./trust.ts";

/** What decides whether a connection may be used for a request. */
export interface ConnectionKey {
  readonly sourceAddr: string;
  /** Undefined for plain http. */
  readonly tls?: { readonly trust: TrustSet; readonly identity: SigningIdentity };
}

type Agent = http.Agent | https.Agent;

const MAX_IDLE_SOCKETS = 8;

function checkServerName(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname !== undefined && certificate.subjectaltname !== "") {
    return checkServerIdentity(host, certificate);
  }
  const error = new Error(`server certificate has no subjectAltName; expected one with ${host}`);
  return Object.assign(error, { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
}

export class Connections {
  readonly #agents: { readonly key: ConnectionKey; readonly agent: Agent }[] = [];
  /** Out of use, but with requests still under way. */
  readonly #retired = new Set<Agent>();
  readonly #idleMs: number;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** The agent for a key, made if there is none. */
  agent(key: ConnectionKey): Agent {
    const known = this.#agents.find((each) =>
      each.key.sourceAddr === key.sourceAddr && each.key.tls?.trust === key.tls?.trust &&
      each.key.tls?.identity === key.tls?.identity
    );
    if (known !== undefined) return known.agent;
    const agent = this.#make(key);
    this.#agents.push({ key, agent });
    return agent;
  }

  /** Ends what can't be used any more. */
  retain(sourceAddrs: ReadonlySet<string>, trust: TrustSet): void {
    for (const { key, agent } of [...this.#agents]) {
      if (sourceAddrs.has(key.sourceAddr) && (key.tls === undefined || key.tls.trust === trust)) continue;
      this.#agents.splice(this.#agents.findIndex((each) => each.agent === agent), 1);
      this.#retired.add(agent);
    }
    for (const agent of this.#retired) {
      closeIdle(agent);
      if (Object.keys(agent.sockets).length === 0) this.#retired.delete(agent);
    }
  }

  close(): void {
    for (const { agent } of this.#agents.splice(0)) agent.destroy();
    for (const agent of this.#retired) agent.destroy();
    this.#retired.clear();
  }

  #make(key: ConnectionKey): Agent {
    const options = { keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: this.#idleMs };
    if (key.tls === undefined) return new http.Agent(options);
    const { trust, identity } = key.tls;
    return new OneTargetAgent({
      ...options,
      ca: [...trust.ca],
      minVersion: "TLSv1.2",
      checkServerIdentity: checkServerName,
      ...(identity.tlsKeyPem === undefined
        ? {}
        : { cert: new TextDecoder().decode(identity.certPem), key: identity.tlsKeyPem }),
    });
  }
}

/**
 * Node names a connection by all TLS options, the 220 kB of root certificates included, several times a request. All
 * connections of one agent have the same options, so the target is name enough.
 */
class OneTargetAgent extends https.Agent {
  override getName(options?: https.RequestOptions): string {
    return `${options?.host}:${options?.port}:${options?.servername ?? ""}:${options?.family ?? ""}`;
  }
}

/** Ends the idle connections of an agent; those in use end with their request. */
export function closeIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of [...sockets ?? []]) socket.destroy();
  }
}
