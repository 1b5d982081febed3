/** The client of a program: ports, envelopes and controller certificates behind one door (`spec/controllerconn.md §2`). */
import { basicAuthorization, credentialsOf } from "./basic_authorization.ts";
import { Connections } from "./connect/connections.ts";
import { InFlight } from "./connect/in_flight.ts";
import { PathMemory } from "./connect/path_memory.ts";
import { ControllerCerts } from "./controller_certs.ts";
import { callLimitMs, within } from "./deadline.ts";
import { portResolver, type Resolver } from "./dns/port_resolver.ts";
import { ControllerConnError } from "./error.ts";
import { findNetworkProxy, type NetworkProxy } from "./network_proxy.ts";
import { managementPorts } from "./port_order.ts";
import { NOTHING_YET, type Total } from "./port_result.ts";
import { PacAnswers } from "./proxy/pac_answers.ts";
import { type SendContext, type SendingParts, signsAsOnboarding, wrapOnce } from "./send_context.ts";
import { type LocalRequestOptions, type LocalSource, sendLocal } from "./send_local.ts";
import { hasLeft } from "./send_on_port.ts";
import { sendOnOnePort, sendOnPorts } from "./send_on_ports.ts";
import { failedResult, toResult } from "./send_result.ts";
import { Trust, type TrustSet } from "./trust.ts";
import type { Client, ClientOptions, RequestOptions, SendResult } from "./types.ts";
import { withScheme } from "./url.ts";
import { verifyPorts, type VerifyResult } from "./verify_ports.ts";

const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const IDLE_MS = 90_000;
/** A request follows so many changes of the network. */
const MOST_RENEWALS = 3;
/** Of a call whose parts have limits of their own. */
const NO_LIMIT = 0;
/** A PAC file is fetched within so many milliseconds, whatever the timers say. */
const PAC_FETCH_MS = 15_000;

/** For tests: what the outside world can't be asked for. */
export interface TransportOptions {
  readonly resolve?: Resolver;
  /** How long a kept connection may be idle; 90 s. */
  readonly idleMs?: number;
}

class ControllerClient implements Client {
  readonly #parts: SendingParts;
  readonly #pac: PacAnswers;
  readonly #trust: Trust;
  readonly #certs: ControllerCerts;

  constructor(options: ClientOptions, transport: TransportOptions) {
    const now = options.now ?? Date.now;
    const monotonic = options.monotonic ?? (() => performance.now());
    const random = options.random ?? Math.random;
    const resolve = transport.resolve ?? portResolver(options.hostsText ?? (() => ""), random);
    this.#parts = {
      options,
      connections: new Connections(transport.idleMs ?? IDLE_MS),
      inFlight: new InFlight(),
      memory: new PathMemory(),
      resolve,
      now,
      monotonic,
      uuid: options.uuid ?? (() => crypto.randomUUID()),
      maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    };
    this.#pac = new PacAnswers(resolve, now, monotonic);
    this.#trust = new Trust(options.systemRootsPem, options.rootCertificatePem);
    this.#certs = new ControllerCerts(
      options.controllerCerts,
      options.rootCertificatePem,
      now,
      options.builtAt,
    );
  }

  sendOnAllIntf(url: string, body: Uint8Array | undefined, options: RequestOptions): Promise<SendResult> {
    return this.#send(url, body, { ...options, allowProxy: true }, (context) => {
      const ports = managementPorts(context.network, options.iteration ?? 0).map((port) => port.IfName);
      return ports.length === 0 ? Promise.resolve(undefined) : sendOnPorts(context, ports);
    });
  }

  sendOnIntf(
    url: string,
    ifName: string,
    body: Uint8Array | undefined,
    options: RequestOptions,
  ): Promise<SendResult> {
    return this.#send(url, body, options, (context) => sendOnOnePort(context, ifName));
  }

  async verifyAllIntf(url: string, required: number, options: RequestOptions): Promise<VerifyResult> {
    const target = parse(url);
    if (target === undefined) {
      const { error = new ControllerConnError("resolve", url) } = noHost(withScheme(url));
      return { controllerReachable: false, remoteTempFailure: false, ports: new Map(), headers: {}, error };
    }
    return await this.#call(
      target,
      undefined,
      { ...options, allowProxy: true },
      (context) => verifyPorts(context, required),
      NO_LIMIT,
    );
  }

  async sendLocal(
    url: string,
    source: LocalSource,
    body: Uint8Array | undefined,
    options: LocalRequestOptions,
  ): Promise<SendResult> {
    const trust = this.#trust.current(this.#parts.options.deviceNetworkStatus());
    return await sendLocal(this.#parts, trust, url, source, body, options);
  }

  async getNetworkProxy(ifName: string, signal: AbortSignal): Promise<NetworkProxy> {
    const port = this.#parts.options.deviceNetworkStatus().Ports?.find((each) => each.IfName === ifName);
    if (port === undefined) {
      const error = new ControllerConnError("no-port", `missing port status for interface ${ifName}`);
      return { kind: "failed", error };
    }
    return await findNetworkProxy(
      port,
      (url) =>
        within(
          signal,
          PAC_FETCH_MS,
          `no PAC file within ${PAC_FETCH_MS} ms`,
          (signal) => this.sendOnIntf(url, ifName, undefined, { signal, allowProxy: false }),
        ),
    );
  }

  networkChanged(): void {
    const network = this.#parts.options.deviceNetworkStatus();
    this.#parts.memory.follow(network);
    this.#parts.connections.retain(network, this.#trust.current(network));
    this.#parts.inFlight.endThoseWithout(network);
  }

  removeAndVerifyAuthContainer(contents: Uint8Array) {
    const opened = this.#certs.open(contents);
    if (opened.error !== undefined) this.#parts.options.metrics?.recordAuthFailure();
    return opened;
  }

  acceptControllerCerts(contents: Uint8Array) {
    return this.#certs.accept(contents);
  }

  controllerCerts() {
    return this.#certs.current();
  }

  close(): void {
    this.#pac.close();
    this.#parts.connections.close();
  }

  async #send(
    url: string,
    body: Uint8Array | undefined,
    request: RequestOptions,
    work: (context: SendContext) => Promise<Total | undefined>,
  ): Promise<SendResult> {
    const target = parse(url);
    if (target === undefined) return noHost(withScheme(url));
    return await this.#call(target, body, request, async (context) => {
      let total = await work(context);
      for (let left = MOST_RENEWALS; left > 0 && hasLostItsAddress(context, total); left--) {
        total = await work(this.#renewed(context));
      }
      if (total !== undefined) return toResult(context.reqURL, total, context.problems);
      const message = `cannot connect to ${context.reqURL}: No management interfaces`;
      return failedResult(context.reqURL, "no-port", message);
    });
  }

  #renewed(context: SendContext): SendContext {
    const { network, trust } = this.#snapshot();
    return { ...context, network, trust };
  }

  /** Network and trust as they are now; what can't be used any more is let go. */
  #snapshot(): { network: SendContext["network"]; trust: TrustSet } {
    const { options, connections, memory } = this.#parts;
    const network = options.deviceNetworkStatus();
    const trust = this.#trust.current(network);
    connections.retain(network, trust);
    memory.follow(network);
    return { network, trust };
  }

  async #call<T>(
    goal: Goal,
    body: Uint8Array | undefined,
    request: RequestOptions,
    work: (context: SendContext) => Promise<T>,
    limitMs = callLimitMs(this.#parts.options.sendTimeoutMs()),
  ): Promise<T> {
    const { options } = this.#parts;
    const { network, trust } = this.#snapshot();
    const sendTimeoutMs = options.sendTimeoutMs();
    const asOnboarding = signsAsOnboarding(goal.reqURL, request);
    const identity = asOnboarding ? options.onboard : options.device;
    const call = (signal: AbortSignal) =>
      work({
        ...this.#parts,
        findProxyForURL: (pacText, url, host, port) => this.#pac.find(pacText, url, host, port, signal),
        request,
        ...goal,
        isPost: body !== undefined,
        network,
        trust,
        identity,
        sendTimeoutMs,
        dialTimeoutMs: options.dialTimeoutMs(),
        problems: [...trust.problems],
        signal,
        wrapped: wrapOnce(goal.reqURL, body, identity, asOnboarding),
      });
    return await within(request.signal, limitMs, `the whole call took ${limitMs} ms`, call, "aborted");
  }
}

/** A request that a new network state has ended goes out once more, over the ports that there are now. */
function hasLostItsAddress(context: SendContext, total: Total | undefined): boolean {
  const { attempts, delivered } = total ?? NOTHING_YET;
  return !delivered && !context.signal.aborted && attempts.some((attempt) => hasLeft(context, attempt));
}

/** Where a call goes; of its credentials nothing is left in URL and target, which are told in errors, counters and to proxies. */
type Goal = Pick<SendContext, "reqURL" | "target" | "authorization">;

function parse(url: string): Goal | undefined {
  const reqURL = withScheme(url);
  const target = URL.parse(reqURL);
  if (target === null || target.hostname === "") return undefined;
  const credentials = credentialsOf(target);
  if (credentials === undefined) return { reqURL, target, authorization: undefined };
  target.username = target.password = "";
  return { reqURL: target.href, target, authorization: basicAuthorization(credentials) };
}

function noHost(reqURL: string): SendResult {
  return failedResult(
    reqURL,
    "resolve",
    `${JSON.stringify(reqURL)}: expected a URL with a host; nothing is sent`,
  );
}

/** As {@linkcode newClient}, with the transport's own knobs. */
export function newClientWith(options: ClientOptions, transport: TransportOptions): Client {
  return new ControllerClient(options, transport);
}

/**
 * Makes a program's client. Opens nothing; connections are kept between sends and ended by `close()`.
 * An unusable `root-certificate.pem` shows as kind `trust` of each send over TLS.
 */
export function newClient(options: ClientOptions): Client {
  return newClientWith(options, {});
}
