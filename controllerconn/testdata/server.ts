/** A real HTTP or HTTPS server that remembers what it was asked. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Certificate } from "./certificates.ts";

/** One request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly from: string;
}

export interface TestServer {
  readonly port: number;
  /** `localhost:PORT`, with `http://` in front if the server has no TLS. */
  readonly name: string;
  readonly seen: Seen[];
  /** TCP connections so far. */
  readonly connections: () => number;
  /** TCP connections now. */
  readonly open: () => number;
  /** Ends all connections, the server stays. */
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

export type Handler = (request: Seen, response: ServerResponse) => void;

/** Answers with the given code, headers and body. */
export function answer(
  code: number,
  body: string | Uint8Array = "",
  headers: Record<string, string> = {},
): Handler {
  return (_request, response) => {
    response.writeHead(code, { "Content-Type": "application/x-proto-binary", ...headers });
    response.end(body);
  };
}

export interface ServerOptions {
  /** Without it the server speaks plain HTTP. */
  readonly certificate?: Certificate;
  /** Sent after the server's own. */
  readonly chain?: string;
  readonly handler: Handler;
  readonly host?: string;
  readonly port?: number;
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3";
  /** PEM of the only client certificate that is let in. */
  readonly clientCertificate?: string;
}

export async function startServer(options: ServerOptions): Promise<TestServer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = [];
    request.on("error", () => {});
    response.on("error", () => {});
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", async () => {
      const one: Seen = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: new Uint8Array(await new Blob(chunks.map((chunk) => Uint8Array.from(chunk))).arrayBuffer()),
        from: request.socket.remoteAddress ?? "",
      };
      seen.push(one);
      options.handler(one, response);
    });
  };
  const { certificate, clientCertificate } = options;
  const server = certificate === undefined ? http.createServer(onRequest) : https.createServer({
    cert: certificate.pem + (options.chain ?? ""),
    key: certificate.keyPem,
    ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
    ...(clientCertificate === undefined
      ? {}
      : { requestCert: true, rejectUnauthorized: true, ca: [clientCertificate] }),
  }, onRequest);
  server.keepAliveTimeout = 60_000;
  // Counted from the first request of a kept connection (docs/deno.md).
  server.requestTimeout = server.headersTimeout = 0;
  server.on("tlsClientError", () => {});
  server.on("connection", (socket: Socket) => {
    socket.setNoDelay(true);
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const dropConnections = () => {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    name: `${certificate === undefined ? "http://" : ""}localhost:${port}`,
    seen,
    connections: () => connections,
    open: () => sockets.size,
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

/** The body of a request as its handler's answer ends it: nothing but the headers and a broken connection. */
export function breakOff(_request: Seen, response: ServerResponse): void {
  response.socket?.destroy();
}
