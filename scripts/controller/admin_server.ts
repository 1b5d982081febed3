/** The admin API's own small HTTP server, on loopback only and without authentication, as Adam's. @module */

import { STATUS_CODE } from "@std/http/status";

/** A listening admin API. */
export interface AdminServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1. What `answer` throws becomes 500 with the message as text. */
export function startAdminServer(port: number, answer: (request: Request) => Promise<Response>): AdminServer {
  const onError = (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    return new Response(`${text}\n`, { status: STATUS_CODE.InternalServerError });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {}, onError }, answer);
  return { port: server.addr.port, stop: () => server.shutdown() };
}
