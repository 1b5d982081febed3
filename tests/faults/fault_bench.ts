/** A device with two ports, a controller, and the fault proxy between them. */
import {
  type AgentMetrics,
  type Client,
  type ControllerConnErrorKind,
  newAgentMetrics,
  newClient,
  type SendAttempt,
  type SenderStatus,
  type SendResult,
  urlPathString,
  validateProtoContentType,
} from "../../controllerconn/mod.ts";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { makeController, sealed } from "../../controllerconn/testdata/controller.ts";
import {
  addresses,
  clientOptions,
  MemoryStore,
  network,
  port,
  ROOT,
  SERVER,
} from "../../controllerconn/testdata/device.ts";
import { answer, type Handler, startServer, type TestServer } from "../../controllerconn/testdata/server.ts";
import { type FaultProxy, startFaultProxy } from "./fault_proxy.ts";
import type { FaultRule } from "./rules.ts";
import { handlerOf, serverCertificate } from "./server_rule.ts";

export const UUID = "5d0767ee-0547-4569-b530-387e526f8cb9";
/** Source address of each port. */
export const PORTS = { eth0: "127.0.0.1", eth1: "127.0.0.2" } as const;
/** What the good answer carries: bytes that gzip can't make smaller. */
export const PAYLOAD = noise(100_000, 1);

const MAX_RESPONSE_BYTES = 200_000;

/** What a caller makes of one request: sent, then the answer's type and envelope looked at. */
export interface Outcome {
  readonly kind: ControllerConnErrorKind | "none";
  readonly status: SenderStatus;
  readonly text: string;
  readonly attempts: readonly SendAttempt[];
  /** Of an answer that was taken. */
  readonly payload?: Uint8Array;
  readonly result: SendResult;
  readonly milliseconds: number;
}

export interface FaultBench extends AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly server: TestServer;
  readonly client: Client;
  readonly store: MemoryStore;
  readonly metrics: AgentMetrics;
  /** The answer of the controller when no fault is in force. */
  readonly good: Uint8Array;
  /** Of the client, milliseconds; a roomy one at first. */
  sendTimeoutMs: number;
  /** Answers instead of the good one; undefined: the good one. `once`: to one request. */
  answerWith(handler: Handler | undefined, once?: boolean): void;
  /** Puts a row of the table into force. */
  spoil(rule: FaultRule, once?: boolean): Promise<void>;
  /** Ends all faults. */
  heal(): Promise<void>;
  send(body: Uint8Array, options?: { readonly bailOnHTTPErr?: boolean }): Promise<Outcome>;
}

/** Bytes without a pattern, the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state, 1_103_515_245) + 12_345;
    return (state >>> 16) & 0xff;
  });
}

function look(client: Client, result: SendResult): Pick<Outcome, "kind" | "status" | "text" | "payload"> {
  const sent = result.error ?? validateProtoContentType(result);
  if (sent !== undefined) return { kind: sent.kind, status: result.status, text: sent.message };
  const { error, status, payload } = client.removeAndVerifyAuthContainer(result.contents);
  return error === undefined
    ? { kind: "none", status, text: "", payload }
    : { kind: error.kind, status, text: error.message };
}

/** @param maxVersion of TLS; with 1.2 the proxy knows where application data begins on any connection */
export async function openFaultBench(maxVersion: "TLSv1.2" | "TLSv1.3"): Promise<FaultBench> {
  const { signing, stored } = makeController(ROOT);
  const older = makeCertificate({ name: "older signing", issuer: ROOT });
  const good = sealed(PAYLOAD, signing);
  let spoilt: Handler | undefined;
  let isOnce = false;
  const server = await startServer({
    certificate: SERVER,
    maxVersion,
    handler: (request, response) => {
      const handler = spoilt ?? answer(200, good);
      if (isOnce) spoilt = undefined;
      handler(request, response);
    },
  });
  const proxy = await startFaultProxy(server.port);
  const store = new MemoryStore();
  store.save(stored);
  store.saves = 0;
  const metrics = newAgentMetrics(Date.now);
  const two = network(port("eth0", addresses(PORTS.eth0)), port("eth1", addresses(PORTS.eth1)));
  const client = newClient(clientOptions({
    deviceNetworkStatus: () => two,
    controllerCerts: store,
    metrics,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    devUUID: () => UUID,
    sendTimeoutMs: () => bench.sendTimeoutMs,
    dialTimeoutMs: () => 10_000,
  }));
  const others: TestServer[] = [];
  const signal = new AbortController().signal;
  const bench: FaultBench = {
    proxy,
    server,
    client,
    store,
    metrics,
    good,
    sendTimeoutMs: 20_000,
    answerWith(handler, once = false) {
      spoilt = handler;
      isOnce = once;
    },
    async spoil(rule, once = false) {
      if (rule.wire !== undefined) await proxy.lay(rule.wire, once);
      if (rule.server === undefined) return;
      if ("answer" in rule.server) {
        return bench.answerWith(handlerOf(rule.server, PAYLOAD, { signing, older }), once);
      }
      const certificate = serverCertificate(rule.server.certificate);
      const other = await startServer({ certificate, handler: answer(200, good) });
      others.push(other);
      proxy.leadTo(other.port);
    },
    async heal() {
      spoilt = undefined;
      proxy.leadTo(server.port);
      await proxy.lay(undefined);
    },
    async send(body, options = {}) {
      const url = urlPathString(`localhost:${proxy.port}`, UUID, "config");
      const started = performance.now();
      const result = await client.sendOnAllIntf(url, body, { signal, ...options });
      const milliseconds = performance.now() - started;
      return { ...look(client, result), attempts: result.error?.attempts ?? [], result, milliseconds };
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await proxy[Symbol.asyncDispose]();
      for (const each of [server, ...others]) await each.close();
    },
  };
  return bench;
}
