/** One request over a kept or a new connection. */
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { httpOutcome } from "../http_outcome.ts";
import { type BodyLimit, readBody } from "../response_body.ts";
import { OwnFailure } from "../transport_failure.ts";
import { hostOf, portOf } from "../url.ts";
import type { Agent, DialingOptions } from "./connections.ts";
import { dial, type DialJob } from "./dial.ts";
import type { Progress } from "./progress.ts";
import { proxyAuthorization } from "./tunnel.ts";

/** What is to be sent, and how. */
export interface ExchangeJob extends DialJob {
  /** Asked anew for every request that goes out, for its own `X-Request-Id`. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** POST with it, GET without. */
  readonly body: Uint8Array | undefined;
  readonly agent: Agent;
  readonly maxResponseBytes: number;
}

/** Whatever the server said. */
export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly encrypted: boolean;
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

/** A plain request goes to an HTTP proxy whole, with what lets us through; behind a tunnel the proxy sees nothing of it. */
function requestLine({ target, proxy }: ExchangeJob): { path: string; headers: Record<string, string> } {
  const path = target.pathname + target.search;
  if (proxy.kind === "direct" || proxy.scheme === "socks5" || target.protocol === "https:") {
    return { path, headers: {} };
  }
  const credentials = proxyAuthorization(proxy);
  return {
    path: target.origin + path,
    headers: credentials === undefined ? {} : { "Proxy-Authorization": credentials },
  };
}

class OneTry {
  readonly #job: ExchangeJob;
  readonly #progress: Progress;
  readonly #done = Promise.withResolvers<Answer>();
  readonly #request: ClientRequest;
  readonly #onAbort = () => this.#fail(this.#job.signal.reason);
  readonly #onLost = (error: unknown) => {
    if (this.#progress.phase !== "request") return;
    const closed = Object.assign(new Error("kept connection closed"), { code: "ECONNRESET" });
    this.#fail(error instanceof Error ? error : closed);
  };
  #over = false;
  #kept: Socket | undefined;

  constructor(job: ExchangeJob, progress: Progress) {
    this.#job = job;
    this.#progress = progress;
    this.#request = this.#open();
    job.signal.addEventListener("abort", this.#onAbort);
    // Without it a body of 50 kB on a kept connection waits 40 ms for an acknowledgement.
    this.#request.setNoDelay(true);
    this.#request.on("socket", (socket: Socket) => this.#onSocket(socket));
    this.#request.on("error", (error) => this.#fail(error));
    this.#request.on("response", (response) => this.#onResponse(response));
    // Without a listener the runtime ends the connection and says nothing.
    this.#request.on("upgrade", (_response, socket) => {
      socket.destroy();
      this.#fail(switchedProtocols());
    });
    // An empty chunk on a TLS socket aborts the process (Deno 2.7.14).
    this.#request.end(job.body === undefined || job.body.length === 0 ? undefined : job.body);
  }

  get answer(): Promise<Answer> {
    return this.#done.promise;
  }

  #open(): ClientRequest {
    const { target, body, agent } = this.#job;
    const { path, headers } = requestLine(this.#job);
    const options: DialingOptions = {
      host: hostOf(target),
      port: portOf(target),
      path,
      method: body === undefined ? "GET" : "POST",
      headers: {
        Host: target.host,
        ...this.#job.headers(),
        ...headers,
        ...(body === undefined ? {} : { "Content-Length": body.length }),
      },
      agent,
      dial: () => this.#dial(),
    };
    return target.protocol === "https:" ? https.request(options) : http.request(options);
  }

  /** The runtime gives a broken request another connection of its own accord. */
  async #dial(): Promise<Socket> {
    if (this.#over || this.#kept !== undefined) throw new Error("this request is over");
    return await dial(this.#job, this.#progress);
  }

  #onSocket(socket: Socket): void {
    if (this.#over) return void socket.destroy();
    this.#progress.enter("request");
    this.#progress.reused = this.#request.reusedSocket;
    if (this.#progress.reused) {
      const { localPort = 0, remoteAddress = "", remotePort = 0 } = socket;
      this.#progress.trace({ step: "reused", localPort, address: remoteAddress, port: remotePort });
      this.#kept = socket;
      // Ahead of the runtime, which would send the same bytes again, and maybe over another connection that is dead.
      for (const event of BROKEN) socket.prependOnceListener(event, this.#onLost);
    }
    if (!this.#progress.traced) return;
    const headers = Object.entries(this.#request.getHeaders()).map(([name, value]) => [name, String(value)]);
    this.#progress.trace({
      step: "requested",
      method: this.#request.method,
      url: this.#job.target.href,
      headers: Object.fromEntries(headers),
      bytes: this.#job.body?.length ?? 0,
    });
  }

  async #onResponse(response: IncomingMessage): Promise<void> {
    this.#progress.enter("body");
    const encrypted = this.#request.socket instanceof TLSSocket;
    const code = response.statusCode ?? 0;
    try {
      const body = await readBody(response, limitFor(code, this.#job.maxResponseBytes));
      const headers = flatHeaders(response);
      this.#progress.trace({ step: "answered", code, headers, bytes: body.length });
      this.#settle();
      this.#done.resolve({ code, headers, body, encrypted });
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#settle();
    this.#done.reject(error);
    this.#request.destroy();
  }

  #settle(): void {
    this.#over = true;
    for (const event of BROKEN) this.#kept?.removeListener(event, this.#onLost);
    this.#job.signal.removeEventListener("abort", this.#onAbort);
  }
}

function switchedProtocols(): OwnFailure {
  const text = "the server answered 101 and wants to speak something else than HTTP, nobody asked it to";
  return new OwnFailure("bad-answer", `${text}; the connection is ended`);
}

/** @throws whatever ended it: an error of the runtime, or an `OwnFailure` */
export async function oneTry(job: ExchangeJob, progress: Progress): Promise<Answer> {
  if (job.signal.aborted) throw job.signal.reason;
  return await new OneTry(job, progress).answer;
}
