/** One request over a kept or a new connection, to one destination. */
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Resolver } from "./destinations.ts";
import { httpOutcome } from "./http_outcome.ts";
import { type BodyLimit, readBody } from "./response_body.ts";
import { OwnFailure, type Phase } from "./transport_failure.ts";

/** What is to be sent, and how. */
export interface ExchangeJob {
  readonly url: URL;
  /** Asked anew for every request that goes out, for its own `X-Request-Id`. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** POST with it, GET without. */
  readonly body: Uint8Array | undefined;
  readonly sourceAddr: string;
  readonly agent: http.Agent | https.Agent;
  readonly resolve: Resolver;
  /** Name resolution and TCP connect; 0 = none. */
  readonly dialTimeoutMs: number;
  readonly maxResponseBytes: number;
  /** Ends the exchange; its reason is an {@linkcode OwnFailure}. */
  readonly signal: AbortSignal;
}

/** Whatever the server said. */
export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly encrypted: boolean;
}

/** How far a try got; kept up to date while it runs. */
export interface TryState {
  phase: Phase;
  /** The connection had served a request before. */
  reused: boolean;
}

/** Where a new connection goes, and how long it may take. */
export interface Destination {
  readonly host: string;
  readonly find: () => Promise<string>;
  /** Milliseconds left for name and connect; undefined = no limit. */
  readonly shareMs: () => number | undefined;
}

/** What a refused answer may say at most, before decoding; the caller cuts it further. */
const MAX_ERROR_BODY = 65_536;
/** Events of a kept connection that has ended. */
const BROKEN = ["error", "end", "close"] as const;

function flatHeaders(response: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

function limitFor(code: number, maxResponseBytes: number): BodyLimit {
  return httpOutcome(code, false) === "delivered"
    ? { bytes: maxResponseBytes, beyond: "fail" }
    : { bytes: MAX_ERROR_BODY, beyond: "cut" };
}

async function readAnswer(
  response: IncomingMessage,
  encrypted: boolean,
  maxResponseBytes: number,
): Promise<Answer> {
  const code = response.statusCode ?? 0;
  const body = await readBody(response, limitFor(code, maxResponseBytes));
  return { code, headers: flatHeaders(response), body, encrypted };
}

function open(job: ExchangeJob, host: string, lookup: LookupFunction): ClientRequest {
  const { url, body, sourceAddr, agent } = job;
  const secure = url.protocol === "https:";
  const options = {
    host,
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    method: body === undefined ? "GET" : "POST",
    headers: {
      Host: url.host,
      ...job.headers(),
      ...(body === undefined ? {} : { "Content-Length": body.length }),
    },
    localAddress: sourceAddr,
    family: isIP(sourceAddr),
    agent,
    lookup,
  };
  return secure ? https.request(options) : http.request(options);
}

class OneTry {
  readonly #job: ExchangeJob;
  readonly #state: TryState;
  readonly #destination: Destination;
  readonly #done = Promise.withResolvers<Answer>();
  readonly #request: ClientRequest;
  readonly #onAbort = () => this.#fail(this.#job.signal.reason);
  readonly #onLost = (error: unknown) => {
    if (this.#state.phase !== "request") return;
    const closed = Object.assign(new Error("kept connection closed"), { code: "ECONNRESET" });
    this.#fail(error instanceof Error ? error : closed);
  };
  #over = false;
  #kept: Socket | undefined;
  #dialTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(job: ExchangeJob, state: TryState, destination: Destination) {
    this.#job = job;
    this.#state = state;
    this.#destination = destination;
    const { signal, body } = job;
    this.#request = open(
      job,
      destination.host,
      (_host, options, callback) => this.#lookup(options, callback),
    );
    if (isIP(destination.host) !== 0) state.phase = "connect";
    this.#armDialTimer();
    signal.addEventListener("abort", this.#onAbort);
    // Without it a body of 50 kB on a kept connection waits 40 ms for an acknowledgement.
    this.#request.setNoDelay(true);
    this.#request.on("socket", (socket: Socket) => this.#onSocket(socket));
    this.#request.on("error", (error) => this.#fail(error));
    this.#request.on("response", (response) => this.#onResponse(response));
    // An empty chunk on a TLS socket aborts the process (Deno 2.7.14).
    this.#request.end(body === undefined || body.length === 0 ? undefined : body);
  }

  get answer(): Promise<Answer> {
    return this.#done.promise;
  }

  #lookup(options: Parameters<LookupFunction>[1], callback: Parameters<LookupFunction>[2]): void {
    this.#destination.find().then((address) => {
      this.#state.phase = "connect";
      this.#armDialTimer();
      const family = isIP(address);
      if (options.all === true) callback(null, [{ address, family }]);
      else callback(null, address, family);
    }, (error) => callback(error instanceof Error ? error : new Error(String(error)), ""));
  }

  #armDialTimer(): void {
    clearTimeout(this.#dialTimer);
    const share = this.#destination.shareMs();
    if (share === undefined || this.#over) return;
    const text =
      `no connection to ${this.#destination.host} within the dial timer of ${this.#job.dialTimeoutMs} ms`;
    this.#dialTimer = setTimeout(() => this.#fail(new OwnFailure("timeout", text)), share);
  }

  #onSocket(socket: Socket): void {
    // The runtime gives a broken request another connection of its own accord.
    if (this.#over) return void socket.destroy();
    if (socket.connecting) {
      socket.once("connect", () => {
        clearTimeout(this.#dialTimer);
        this.#state.phase = socket instanceof TLSSocket ? "handshake" : "request";
      });
      socket.once("secureConnect", () => this.#state.phase = "request");
      return;
    }
    clearTimeout(this.#dialTimer);
    this.#state.phase = "request";
    this.#state.reused = true;
    this.#kept = socket;
    // Ahead of the runtime, which would send the same bytes again, and maybe over another connection that is dead.
    for (const event of BROKEN) socket.prependOnceListener(event, this.#onLost);
  }

  #onResponse(response: IncomingMessage): void {
    this.#state.phase = "body";
    const encrypted = this.#request.socket instanceof TLSSocket;
    readAnswer(response, encrypted, this.#job.maxResponseBytes).then((answer) => {
      this.#settle();
      this.#done.resolve(answer);
    }, (error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#settle();
    this.#done.reject(error);
    this.#request.destroy();
  }

  #settle(): void {
    this.#over = true;
    for (const event of BROKEN) this.#kept?.removeListener(event, this.#onLost);
    clearTimeout(this.#dialTimer);
    this.#job.signal.removeEventListener("abort", this.#onAbort);
  }
}

/** @throws whatever ended it: an error of the runtime, or an {@linkcode OwnFailure} */
export async function oneTry(job: ExchangeJob, state: TryState, destination: Destination): Promise<Answer> {
  if (job.signal.aborted) throw job.signal.reason;
  return await new OneTry(job, state, destination).answer;
}
