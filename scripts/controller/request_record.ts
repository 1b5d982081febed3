/** What is noted of a request as soon as its headers are there. @module */

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Route } from "./endpoint.ts";
import type { RequestRecord } from "./request_log.ts";

/** @param connection counts TLS connections */
export function newRecord(
  id: number,
  request: IncomingMessage,
  route: Route,
  connection: number,
): RequestRecord {
  const { endpoint, uuid, appUuid } = route;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const clientCertHash = peerCertificateHash(request.socket);
  return {
    id,
    at: Date.now(),
    method: request.method ?? "",
    path: request.url ?? "",
    endpoint,
    ...(uuid === undefined ? {} : { uuid }),
    ...(appUuid === undefined ? {} : { appUuid }),
    headers,
    remoteAddress: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    connection,
    ...(clientCertHash === undefined ? {} : { clientCertHash }),
    bodyLength: 0,
    status: 0,
    answerLength: 0,
    faulty: false,
    durationMs: 0,
  };
}

function peerCertificateHash(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const raw: unknown = socket.getPeerCertificate()?.raw;
  return raw instanceof Uint8Array ? createHash("sha256").update(raw).digest("hex") : undefined;
}
