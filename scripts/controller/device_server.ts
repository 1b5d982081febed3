/** The HTTPS server that devices talk to: HTTP/1.1, keep-alive, TLS 1.2 or 1.3. @module */

import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { type ControllerPki, serverChainPem } from "../pki/mod.ts";
import { parseRoute } from "./endpoint.ts";
import type { RequestLog, RequestRecord } from "./request_log.ts";
import { newRecord } from "./request_record.ts";
import { type ServeOptions, serveRequest } from "./serve_request.ts";
import type { Site } from "./site.ts";

/** Where and how to listen. */
export interface DeviceServerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly pki: ControllerPki;
  /** PEM of the certificates, or of their issuers, one of which a client must present. */
  readonly clientCertificates?: string;
  readonly maxBodyBytes: number;
  readonly keepBodies: boolean | "with-logs";
  /** How long an idle connection is kept, milliseconds. */
  readonly keepAliveMs: number;
  /** Name of the `requests` file of this run. */
  readonly requestsFile: string;
}

/** A listening server. */
export interface DeviceServer {
  readonly port: number;
  /** Closes all connections, idle or not, unannounced. */
  closeConnections(): void;
  stop(): Promise<void>;
}

/** Listens; port 0 takes any. */
export async function startDeviceServer(
  site: Site,
  log: RequestLog,
  options: DeviceServerOptions,
): Promise<DeviceServer> {
  const ending = new AbortController();
  const timers = new Set<{ end(): void }>();
  const sockets = new Map<Socket, number>();
  const busy = new Set<Promise<void>>();
  let connections = 0;
  let lastId = 0;

  const serve: ServeOptions = {
    maxBodyBytes: options.maxBodyBytes,
    keepBodies: options.keepBodies,
    signal: ending.signal,
    later(ms, then) {
      const entry = {
        end() {
          clearTimeout(timer);
          timers.delete(entry);
          then();
        },
      };
      const timer = setTimeout(() => entry.end(), ms);
      timers.add(entry);
    },
  };

  const one = async (request: IncomingMessage, response: ServerResponse) => {
    const start = performance.now();
    const route = parseRoute(request.method ?? "", request.url ?? "");
    const record = newRecord(++lastId, request, route, sockets.get(request.socket) ?? 0);
    log.add(record);
    try {
      await serveRequest(site, { request, response, route, record }, serve);
    } catch (error) {
      record.refusal ??= error instanceof Error ? error.message : String(error);
      request.socket.destroy();
    }
    record.durationMs = Math.max(performance.now() - start, 0.001);
    noteForDevice(site, record, options.requestsFile);
    log.changed();
  };

  const server = https.createServer({
    cert: serverChainPem(options.pki),
    key: options.pki.server.keyPem,
    minVersion: "TLSv1.2",
    keepAliveTimeout: options.keepAliveMs,
    // Counted from the first request of a kept connection (docs/deno.md).
    requestTimeout: 0,
    headersTimeout: 0,
    ...(options.clientCertificates === undefined
      ? {}
      : { requestCert: true, rejectUnauthorized: true, ca: options.clientCertificates }),
  }, (request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    const done = one(request, response).finally(() => busy.delete(done));
    busy.add(done);
  });
  server.on("secureConnection", (socket: Socket) => {
    sockets.set(socket, ++connections);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => {});
  // Those in the midst of their handshake too: one whose cable is pulled would hold up the end of the server for ever.
  const connected = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connected.add(socket);
    socket.once("close", () => connected.delete(socket));
  });
  const closeConnections = () => {
    for (const socket of [...sockets.keys(), ...connected]) socket.destroy();
  };

  const port = await listen(server, options.hostname, options.port);
  return {
    port,
    closeConnections,
    async stop() {
      ending.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const timer of [...timers]) timer.end();
      closeConnections();
      await Promise.all([...busy]);
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: https.Server, hostname: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port to listen on"));
      else resolve(address.port);
    });
  });
}

/** The line that Adam's `requests` has. */
function noteForDevice(site: Site, record: RequestRecord, file: string): void {
  const device = record.uuid ?? site.devices.byCertHash(record.envelope?.hash ?? "")?.uuid;
  if (device === undefined || site.devices.get(device) === undefined) return;
  const { method, path: url, status } = record;
  const timestamp = new Date(record.at).toISOString();
  const line = { timestamp, uuid: device, "client-ip": record.remoteAddress, method, url, status };
  site.devices.appendRequest(device, file, JSON.stringify(line));
}
