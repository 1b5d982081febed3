/** A server and a client for the length of one test. */
import { newClientWith, type TransportOptions } from "../client.ts";
import type { Client, ClientOptions, RequestOptions, SendResult } from "../types.ts";
import { urlPathString } from "../url.ts";
import { clientOptions, SERVER } from "./device.ts";
import { type ServerOptions, startServer, type TestServer } from "./server.ts";

export interface Bench {
  readonly server: TestServer;
  readonly client: Client;
  /** Over all ports; `body` makes it a POST. */
  send(action: string, body?: Uint8Array, options?: Partial<RequestOptions>): Promise<SendResult>;
}

/** Server with TLS, unless `server.certificate` is given as undefined. */
export async function withClient(
  server: Partial<ServerOptions> & Pick<ServerOptions, "handler">,
  options: Partial<ClientOptions>,
  work: (bench: Bench) => Promise<void>,
  transport: TransportOptions = {},
): Promise<void> {
  const started = await startServer({ certificate: SERVER, ...server });
  const client = newClientWith(clientOptions(options), transport);
  const signal = new AbortController().signal;
  try {
    await work({
      server: started,
      client,
      send: (action, body, more = {}) =>
        client.sendOnAllIntf(urlPathString(started.name, "", action), body, { signal, ...more }),
    });
  } finally {
    client.close();
    await started.close();
  }
}
