/**
 * Kept connections (decisions.md 10): one agent for each source address, proxy, trust set and identity. An agent whose source
 * address or trust set is gone ends its idle connections.
 */
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { SigningIdentity } from "../identity.ts";
import type { TrustSet } from "../trust.ts";

/** What decides whether a connection may be used for a request. */
export interface ConnectionKey {
  readonly sourceAddr: string;
  /** With credentials: another password is another way. */
  readonly proxy: string;
  /** Undefined for plain http. */
  readonly tls?: { readonly trust: TrustSet; readonly identity: SigningIdentity };
}

/** Pools connections; a request brings with it how to make a new one. */
export type Agent = http.Agent | https.Agent;

/** Options of a request on such an agent. */
export interface DialingOptions extends https.RequestOptions {
  /** Makes the connection if none is kept. */
  readonly dial: () => Promise<Socket>;
}

const MAX_IDLE_SOCKETS = 8;

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
      each.key.sourceAddr === key.sourceAddr && each.key.proxy === key.proxy &&
      each.key.tls?.trust === key.tls?.trust && each.key.tls?.identity === key.tls?.identity
    );
    if (known !== undefined) return known.agent;
    const options = { keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: this.#idleMs };
    const agent = key.tls === undefined ? new PlainAgent(options) : new SecureAgent(options);
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
}

type Created = (error: Error | null, socket?: Socket) => void;

/** All connections of one agent go the same way, so the target is name enough. */
function nameOf(options?: https.RequestOptions): string {
  return `${options?.host}:${options?.port}`;
}

function create(options: DialingOptions, created: Created): undefined {
  options.dial().then(
    (socket) => created(null, socket),
    (error) => created(error instanceof Error ? error : new Error(String(error))),
  );
}

class PlainAgent extends http.Agent {
  override getName = nameOf;
  override createConnection = create as unknown as http.Agent["createConnection"];
}

class SecureAgent extends https.Agent {
  override getName = nameOf;
  override createConnection = create as unknown as https.Agent["createConnection"];
}

/** Ends the idle connections of an agent; those in use end with their request. */
export function closeIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of [...sockets ?? []]) socket.destroy();
  }
}
