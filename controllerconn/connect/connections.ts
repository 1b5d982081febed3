/**
 * Kept connections (decisions.md 10): one agent for each port, source address, proxy, trust set and identity. An agent whose
 * source address or trust set is gone, or whose port has other proxies now, ends its connections.
 */
import http, { type ClientRequest } from "node:http";
import type https from "node:https";
import type { Socket } from "node:net";
import type { DeviceNetworkStatus, NetworkPortStatus } from "../device_network_status.ts";
import type { SigningIdentity } from "../identity.ts";
import { hasAddress } from "../port_order.ts";
import type { TrustSet } from "../trust.ts";

/** What decides whether a connection may be used for a request. */
export interface ConnectionKey {
  /** Undefined for a local request, whose source address belongs to no port. */
  readonly port?: NetworkPortStatus;
  readonly sourceAddr: string;
  /** With credentials: another password is another way. */
  readonly proxy: string;
  /** Undefined for plain http. */
  readonly tls?: { readonly trust: TrustSet; readonly identity: SigningIdentity };
}

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
  #closed = false;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** The agent for a key, made if there is none. */
  agent(key: ConnectionKey): Agent {
    const known = this.#agents.find((each) =>
      each.key.port?.IfName === key.port?.IfName && each.key.sourceAddr === key.sourceAddr &&
      each.key.proxy === key.proxy &&
      each.key.tls?.trust === key.tls?.trust && each.key.tls?.identity === key.tls?.identity
    );
    if (known !== undefined) return known.agent;
    const options = { keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: this.#idleMs };
    const agent = new Agent(options, key.tls !== undefined);
    if (this.#closed) agent.retire();
    else this.#agents.push({ key, agent });
    return agent;
  }

  /** Ends what can't be used any more; a connection in use ends with its request. */
  retain(network: DeviceNetworkStatus, trust: TrustSet): void {
    for (const { key, agent } of [...this.#agents]) {
      const { port, sourceAddr, tls } = key;
      const isAsItWas = port === undefined ||
        (hasAddress(network, port.IfName, sourceAddr) && hasSameProxies(network, port));
      if (isAsItWas && (tls === undefined || tls.trust === trust)) continue;
      this.#agents.splice(this.#agents.findIndex((each) => each.agent === agent), 1);
      this.#retired.add(agent);
      agent.retire();
    }
    for (const agent of this.#retired) {
      if (Object.keys(agent.sockets).length === 0) this.#retired.delete(agent);
    }
  }

  /** Ends all connections; those that come after it, or are just being made, end with their request. */
  close(): void {
    this.#closed = true;
    for (const { agent } of this.#agents.splice(0)) {
      agent.retire();
      agent.destroy();
    }
    for (const agent of this.#retired) agent.destroy();
    this.#retired.clear();
  }
}

function hasSameProxies(network: DeviceNetworkStatus, before: NetworkPortStatus): boolean {
  const now = network.Ports?.find((each) => each.IfName === before.IfName);
  if (now === undefined || now === before) return now === before;
  return now.Pacfile === before.Pacfile && now.Exceptions === before.Exceptions &&
    JSON.stringify(now.Proxies) === JSON.stringify(before.Proxies);
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

/** Nobody has asked for these bytes: they must not pass for the answer to the next request. */
function endOnData(this: Socket): void {
  this.destroy();
}

/** An `http.Agent` that dials as its requests say. */
export class Agent extends http.Agent {
  readonly protocol: string;
  override getName = nameOf;
  override createConnection = create as unknown as http.Agent["createConnection"];
  #retired = false;

  constructor(options: http.AgentOptions, secure: boolean) {
    super(options);
    this.protocol = secure ? "https:" : "http:";
  }

  override keepSocketAlive(socket: Socket): boolean {
    if (this.#retired) return false;
    socket.on("data", endOnData);
    return super.keepSocketAlive(socket) as unknown as boolean;
  }

  override reuseSocket(socket: Socket, request: ClientRequest): void {
    socket.removeListener("data", endOnData);
    super.reuseSocket(socket, request);
  }

  /** From now on no connection is kept. */
  retire(): void {
    this.#retired = true;
    closeIdle(this);
  }
}

/** Ends the idle connections of an agent; those in use end with their request. */
export function closeIdle(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of [...sockets ?? []]) socket.destroy();
  }
}
