/** The client of a program: ports, envelopes and controller certificates behind one door (`spec/controllerconn.md §2`). */
import { Connections } from "./connections.ts";
import { ControllerCerts } from "./controller_certs.ts";
import { callLimitMs, within } from "./deadline.ts";
import { type Resolver, systemResolver } from "./destinations.ts";
import { managementPorts, sourceAddresses } from "./port_order.ts";
import { addPort, NOTHING_YET } from "./port_result.ts";
import { identityFor, type SendContext, type SendingParts, wrapOnce } from "./send_context.ts";
import { sendOnPort } from "./send_on_port.ts";
import { failedResult, toResult } from "./send_result.ts";
import { OwnFailure } from "./transport_failure.ts";
import { Trust } from "./trust.ts";
import type { Client, ClientOptions, RequestOptions, SendResult } from "./types.ts";
import { withScheme } from "./url.ts";

const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const IDLE_MS = 90_000;

/** For tests: what the outside world can't be asked for. */
export interface TransportOptions {
  readonly resolve?: Resolver;
  /** How long a kept connection may be idle; 90 s. */
  readonly idleMs?: number;
}

/** Tries the ports in order until one ends the call. */
async function sendOnPorts(context: SendContext, ifNames: readonly string[]): Promise<SendResult> {
  let total = NOTHING_YET;
  for (const ifName of ifNames) {
    if (context.signal.aborted) {
      const reason = context.signal.reason;
      const kind = reason instanceof OwnFailure ? reason.kind : "aborted";
      const attempt = {
        kind,
        ifName,
        text: `not tried: ${reason instanceof Error ? reason.message : reason}`,
      };
      total = { ...total, attempts: [...total.attempts, attempt] };
      continue;
    }
    const port = await sendOnPort(context, ifName);
    total = addPort(total, port, context.request.bailOnHTTPErr === true);
    if (total.done && !context.signal.aborted) break;
  }
  return toResult(context.reqURL, total, context.trust.problems);
}

class ControllerClient implements Client {
  readonly #parts: SendingParts;
  readonly #trust: Trust;
  readonly #certs: ControllerCerts;

  constructor(options: ClientOptions, transport: TransportOptions) {
    const now = options.now ?? Date.now;
    this.#parts = {
      options,
      connections: new Connections(transport.idleMs ?? IDLE_MS),
      resolve: transport.resolve ?? systemResolver,
      now,
      uuid: options.uuid ?? (() => crypto.randomUUID()),
    };
    this.#trust = new Trust(options.systemRootsPem, options.rootCertificatePem);
    this.#certs = new ControllerCerts(options.controllerCerts, options.rootCertificatePem, now);
  }

  sendOnAllIntf(url: string, body: Uint8Array | undefined, options: RequestOptions): Promise<SendResult> {
    return this.#send(url, body, options, (context) => {
      const ports = managementPorts(context.network, options.iteration ?? 0).map((port) => port.IfName);
      if (ports.length > 0) return sendOnPorts(context, ports);
      const message = `cannot connect to ${context.reqURL}: No management interfaces`;
      return Promise.resolve(failedResult(context.reqURL, "no-port", message));
    });
  }

  sendOnIntf(
    url: string,
    ifName: string,
    body: Uint8Array | undefined,
    options: RequestOptions,
  ): Promise<SendResult> {
    return this.#send(url, body, options, (context) => sendOnPorts(context, [ifName]));
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
    this.#parts.connections.close();
  }

  async #send(
    url: string,
    body: Uint8Array | undefined,
    request: RequestOptions,
    work: (context: SendContext) => Promise<SendResult>,
  ): Promise<SendResult> {
    const { options, connections } = this.#parts;
    const reqURL = withScheme(url);
    const target = URL.parse(reqURL);
    if (target === null || target.hostname === "") {
      return failedResult(
        reqURL,
        "resolve",
        `${JSON.stringify(reqURL)}: expected a URL with a host; nothing is sent`,
      );
    }
    const network = options.deviceNetworkStatus();
    const trust = this.#trust.current(network);
    connections.retain(new Set((network.Ports ?? []).flatMap(sourceAddresses)), trust);
    const sendTimeoutMs = options.sendTimeoutMs();
    const identity = identityFor(options, reqURL);
    const limitMs = callLimitMs(sendTimeoutMs);
    const call = (signal: AbortSignal) =>
      work({
        ...this.#parts,
        request,
        reqURL,
        target,
        isPost: body !== undefined,
        network,
        trust,
        identity,
        sendTimeoutMs,
        dialTimeoutMs: options.dialTimeoutMs(),
        maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
        signal,
        wrapped: wrapOnce(reqURL, body, identity),
      });
    return await within(request.signal, limitMs, `the whole call took ${limitMs} ms`, call, "aborted");
  }
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
