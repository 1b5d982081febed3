/** A local profile server on a loopback address that plays an app, and the topics that lead to it. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { topics } from "../../../topics/mod.ts";
import type { TestSite } from "../../testdata/test_site.ts";

/** What the server says to one endpoint. */
export interface LpsReply {
  readonly status: number;
  readonly body?: Uint8Array;
  readonly contentType?: string;
  /** Answers once this has happened. */
  readonly until?: Promise<void>;
}

/** One request. */
export interface LpsRequest {
  readonly path: string;
  readonly method: string;
  /** Where it came from. */
  readonly from: string;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

/** See {@linkcode openLps}. */
export interface TestLps extends AsyncDisposable {
  /** `address:port`, for `local_profile_server`. */
  readonly address: string;
  readonly port: number;
  readonly requests: LpsRequest[];
  /** Requests to `/api/v1/<name>`. */
  of(name: string): LpsRequest[];
  /** From now on; 404 before. */
  reply(name: string, reply: LpsReply): void;
  /** Lets `/api/v1/signal` stay open. */
  acceptSignals(): void;
  /** How many streams are open. */
  streams(): number;
  signal(line: string): void;
  cutStreams(): void;
}

/** The address of the app, and of the bridge that leads to it. */
export const appAddress = "127.0.0.77";
export const bridgeAddress = "127.0.0.33";

/** Listens on the app's address. */
export async function openLps(): Promise<TestLps> {
  const requests: LpsRequest[] = [];
  const replies = new Map<string, LpsReply>();
  const streams = new Set<http.ServerResponse>();
  let signals = false;
  const server = http.createServer(async (request, response) => {
    const path = request.url ?? "";
    if (path === "/api/v1/signal" && signals) {
      requests.push(record(request, new Uint8Array()));
      response.writeHead(200, { "Content-Type": "application/x-ndjson" });
      response.write("\n");
      streams.add(response);
      response.on("close", () => streams.delete(response));
      return;
    }
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    requests.push(
      record(request, new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer())),
    );
    const reply = replies.get(path.replace("/api/v1/", "")) ?? { status: 404 };
    await reply.until;
    response.writeHead(reply.status, {
      ...(reply.body === undefined
        ? {}
        : { "Content-Type": reply.contentType ?? "application/x-proto-binary" }),
    });
    response.end(reply.body);
  });
  const record = (request: http.IncomingMessage, body: Uint8Array): LpsRequest => ({
    path: request.url ?? "",
    method: request.method ?? "",
    from: request.socket.remoteAddress ?? "",
    contentType: request.headers["content-type"],
    body,
  });
  await new Promise<void>((resolve) => server.listen(0, appAddress, () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    address: `${appAddress}:${port}`,
    port,
    requests,
    of: (name) => requests.filter(({ path }) => path === `/api/v1/${name}`),
    reply: (name, reply) => void replies.set(name, reply),
    acceptSignals: () => void (signals = true),
    streams: () => streams.size,
    signal(line) {
      for (const stream of streams) stream.write(line);
    },
    cutStreams() {
      for (const stream of streams) stream.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export const networkInstance = "00000000-0000-4000-8000-0000000000e1";
export const lpsApp = "00000000-0000-4000-8000-0000000000a1";

/** zedrouter's word that the app runs and is reached over a bridge. */
export function publishAppNetwork(site: TestSite, addresses: readonly string[] = [appAddress]): void {
  site.publication(topics.zedrouter.AppNetworkStatus).publish(lpsApp, {
    UUIDandVersion: { UUID: lpsApp, Version: "1" },
    AppNetAdapterList: [{
      Network: networkInstance,
      Bridge: "bn1",
      BridgeIPAddr: bridgeAddress,
      AssignedAddresses: {
        IPv4Addrs: addresses.map((Address) => ({ Address, AssignedBy: 1 })),
        IPv6Addrs: null,
      },
    }],
  });
}
