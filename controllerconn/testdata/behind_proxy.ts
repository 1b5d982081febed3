/** A controller that only a proxy can reach, and a client that goes through proxies. */
import { newClientWith } from "../client.ts";
import type { NetworkPortStatus } from "../device_network_status.ts";
import type { Client, ClientOptions, RequestOptions, SendResult } from "../types.ts";
import { makeCertificate } from "./certificates.ts";
import { clientOptions, network, port, ROOT } from "./device.ts";
import { answer, type Handler, startServer, type TestServer } from "./server.ts";

/** Nobody but a proxy knows an address of it. */
export const CONTROLLER_NAME = "controller.example";
export const CONTROLLER_CERTIFICATE = makeCertificate({
  name: "controller",
  issuer: ROOT,
  hosts: [CONTROLLER_NAME, "192.0.2.1"],
});

export interface ProxyBench {
  readonly server: TestServer;
  readonly client: Client;
  /** Names that the client wanted to be resolved. */
  readonly resolved: string[];
  /** Replaces what the one port, `eth0`, says. */
  configure(changes: Partial<NetworkPortStatus>): void;
  /** To the controller by name; `body` makes it a POST. */
  send(body?: Uint8Array, options?: Partial<RequestOptions>): Promise<SendResult>;
  /** What `stack.defer` is to a proxy: it ends with the bench. */
  use<Part extends { close(): Promise<void> }>(part: Part): Part;
}

export interface BenchOptions {
  readonly handler?: Handler;
  /** Plain http, and `http://` in front of the name. */
  readonly plain?: true;
  readonly options?: Partial<ClientOptions>;
}

export async function withProxyBench(
  { handler = answer(200, "ok"), plain, options = {} }: BenchOptions,
  work: (bench: ProxyBench) => Promise<void>,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const use = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    stack.defer(() => part.close());
    return part;
  };
  const certificate = plain ? {} : { certificate: CONTROLLER_CERTIFICATE };
  const server = use(await startServer({ ...certificate, handler }));
  const resolved: string[] = [];
  let status = network(port("eth0"));
  const resolve = (name: string) => {
    resolved.push(name);
    const isProxy = name.endsWith("proxy.example");
    if (!isProxy) return Promise.reject(Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" }));
    return Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
  };
  const client = newClientWith(clientOptions({ deviceNetworkStatus: () => status, ...options }), { resolve });
  stack.defer(() => client.close());
  const signal = new AbortController().signal;
  await work({
    server,
    client,
    resolved,
    configure: (changes) => status = network(port("eth0", changes)),
    send: (body, more = {}) =>
      client.sendOnAllIntf(`${plain ? "http://" : ""}${CONTROLLER_NAME}/x`, body, { signal, ...more }),
    use,
  });
}

/** The entries that make `address` (and `number`) the proxy for both schemes. */
export function through(address: string, number = 0): Pick<NetworkPortStatus, "Proxies"> {
  return { Proxies: [0, 1].map((type) => ({ type, server: address, port: number })) };
}
