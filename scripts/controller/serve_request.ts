/** One request from headers to answer, with the fault that waits for it. @module */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers";
import { type Answer, Refusal } from "./answer.ts";
import { attest, auth } from "../../proto/all.ts";
import type { Endpoint, Route } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import { handle } from "./handlers.ts";
import type { RequestRecord } from "./request_log.ts";
import type { Site } from "./site.ts";
import { type WireAnswer, wireAnswer } from "./wire_answer.ts";

/** The two halves of a request in node:http, and what was noted of it. */
export interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly record: RequestRecord;
}

/** Limits and the end of the controller. */
export interface ServeOptions {
  /** Larger bodies are 413. */
  readonly maxBodyBytes: number;
  readonly keepBodies: boolean | "with-logs";
  /** Ends waits. */
  readonly signal: AbortSignal;
  /** Waits in the background until the controller ends, or `ms` have passed. */
  readonly later: (ms: number, then: () => void) => void;
}

/** Reads, handles, answers; resolves when the answer is out or will never be. */
export async function serveRequest(site: Site, served: Served, options: ServeOptions): Promise<void> {
  const { request, response, record, route } = served;
  const early = site.faults.take(route.endpoint, route.uuid);
  if (early !== undefined) record.faulty = true;
  if (early?.close === "unread") return void request.socket.destroy();
  const body = await readBody(request, options.maxBodyBytes);
  record.bodyLength = body?.length ?? Number(request.headers["content-length"] ?? 0);
  const keep = route.endpoint.endsWith("newlogs")
    ? options.keepBodies === "with-logs"
    : options.keepBodies !== false;
  if (keep && body !== undefined) record.body = body;
  const fault = early ?? attestFault(site, route, body);
  if (fault !== undefined) record.faulty = true;
  await wait(fault?.delayMs, options);
  if (fault?.close === "unhandled") return void request.socket.destroy();

  const handled = fault?.handle ?? !(fault?.hang === true || fault?.status !== undefined);
  const answer = !handled
    ? { status: fault?.status ?? 200 }
    : body === undefined
    ? { status: 413, text: `bodies end at ${options.maxBodyBytes} bytes` }
    : await decide(site, served, body, fault, keep);
  if (fault?.hang === true || options.signal.aborted) return;
  if (fault?.close === "unanswered") return void request.socket.destroy();
  await wait(fault?.delayAnswerMs, options);
  const wire = wireAnswer(answer, site.certificates.signer, fault);
  record.status = wire.status;
  record.answerLength = wire.body.length;
  await send(request, response, wire, fault);
  if (fault?.closeIdleMs !== undefined) options.later(fault.closeIdleMs, () => request.socket.destroy());
}

async function decide(
  site: Site,
  { request, route, record }: Served,
  body: Uint8Array,
  fault: Fault | undefined,
  keep: boolean,
): Promise<Answer> {
  try {
    return await handle(site, {
      route,
      body,
      contentType: request.headers["content-type"],
      fault,
      note(summary, payload) {
        record.envelope = summary;
        if (keep) record.payload = payload;
      },
    });
  } catch (error) {
    record.refusal = error instanceof Error ? error.message : String(error);
    return { status: error instanceof Refusal ? error.status : 500, text: record.refusal };
  }
}

/** undefined when it is longer than allowed; the rest is read and dropped, so that the answer arrives. */
async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) throw new Error("a body of bytes was expected");
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  return length > limit ? undefined : Buffer.concat(chunks);
}

const ATTEST_KINDS: Readonly<Record<number, Endpoint>> = {
  1: "attest-cert",
  2: "attest-nonce",
  3: "attest-quote",
  4: "attest-store-keys",
};

function attestFault(site: Site, route: Route, body: Uint8Array | undefined): Fault | undefined {
  if (route.endpoint !== "attest" || body === undefined) return undefined;
  try {
    const payload = auth.AuthContainer.decode(body).protectedPayload?.payload ?? new Uint8Array();
    const kind = ATTEST_KINDS[attest.ZAttestReq.decode(payload).reqType];
    return kind === undefined ? undefined : site.faults.take(kind, route.uuid);
  } catch {
    return undefined;
  }
}

function wait(ms: number | undefined, { signal, later }: ServeOptions): Promise<void> {
  if (ms === undefined || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => later(ms, resolve));
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: WireAnswer,
  fault: Fault | undefined,
): Promise<void> {
  const { socket } = request;
  return new Promise<void>((settle) => {
    const resolve = () => {
      socket.off("close", resolve);
      settle();
    };
    if (socket.destroyed) return resolve();
    socket.once("close", resolve);
    response.once("close", resolve);
    const bodyless = status === 204 || status === 304;
    response.writeHead(status, {
      ...headers,
      ...(bodyless ? {} : { "Content-Length": String(body.length) }),
    });
    const cut = fault?.closeAfterBytes;
    const sent = cut === undefined ? body : body.subarray(0, cut);
    const done = () => {
      if (cut !== undefined) socket.destroy();
      resolve();
    };
    // An empty chunk on a TLS socket is a panic of Deno 2.7.14 (tls_wrap.rs).
    if (bodyless || body.length === 0) response.end(done);
    else if (cut === undefined) response.end(sent, done);
    else if (sent.length > 0) response.write(sent, done);
    else {
      response.flushHeaders();
      setImmediate(done);
    }
  });
}
