/** A TLS server on the internet. Says each connection, each request that arrived whole, and each that broke off. */
import crypto from "node:crypto";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { readSettings, say, serveCommands } from "./lab_lines.ts";
import type { ServerSettings } from "../server.ts";

const { addresses, port, tls, answer } = await readSettings<ServerSettings>();
const connections = new WeakMap<Socket, number>();
let connected = 0;

/** The number of a connection, from 1; the TLS socket of a request is not the socket of the `connection` event. */
const numberOf = (socket: Socket) => connections.get(socket) ?? 0;

function onConnected(socket: Socket): void {
  connections.set(socket, ++connected);
  say("connection", { connection: connected, from: socket.remoteAddress ?? "" });
  socket.on("error", () => {});
}

function onRequest(request: IncomingMessage, response: http.ServerResponse): void {
  const { method, url, headers, socket } = request;
  const hash = crypto.createHash("sha256");
  let bytes = 0;
  let over = false;
  const told = (event: string) => {
    if (over) return;
    over = true;
    const from = socket.remoteAddress ?? "";
    say(event, {
      connection: numberOf(socket),
      from,
      method,
      url,
      headers,
      bytes,
      sha256: hash.digest("hex"),
    });
  };
  request.on("data", (chunk: Uint8Array) => {
    if (bytes === 0) say("body", { connection: numberOf(socket), from: socket.remoteAddress ?? "" });
    bytes += chunk.length;
    hash.update(chunk);
  });
  request.on("error", () => told("broken"));
  request.on("close", () => told("broken"));
  request.on("end", () => {
    told("request");
    response.writeHead(answer.code, { "Content-Type": "application/x-proto-binary", ...answer.headers });
    response.end(answer.body);
  });
}

for (const host of addresses) {
  const server = tls === undefined ? http.createServer(onRequest) : https.createServer(tls, onRequest);
  server.keepAliveTimeout = 60_000;
  // Counted from the first request of a kept connection (docs/deno.md).
  server.requestTimeout = server.headersTimeout = 0;
  server.on(tls === undefined ? "connection" : "secureConnection", onConnected);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(port, host, () => resolve()));
}
await serveCommands(() => {});
