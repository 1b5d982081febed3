/** A server on the internet, and what it saw. */
import type { Certificate } from "../../controllerconn/testdata/certificates.ts";
import { type ChildEvent, JsonChild } from "./json_child.ts";
import type { Namespace } from "./namespaces.ts";

/** What `children/server.ts` is started with. */
export interface ServerSettings {
  readonly addresses: readonly string[];
  readonly port: number;
  /** Without it the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly answer: ServerAnswer;
}

/** What a server says to every request. */
export interface ServerAnswer {
  readonly code: number;
  readonly body: string;
  /** Beside, or instead of, `Content-Type: application/x-proto-binary`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request: `request` if it arrived whole and was answered, `broken` if its connection ended before. */
export interface SeenRequest extends ChildEvent {
  readonly event: "request" | "broken";
  /** Number of the TCP connection, from 1. */
  readonly connection: number;
  /** Source address. */
  readonly from: string;
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Length of the body, as far as it came. */
  readonly bytes: number;
  /** Of the body, hexadecimal. */
  readonly sha256: string;
}

/** What a server shall be. */
export interface ServerOptions {
  readonly addresses: readonly string[];
  /** 443 with a certificate, 80 without. */
  readonly port?: number;
  /** Without it the server speaks plain HTTP. */
  readonly certificate?: Certificate;
  /** 200 and `ok` without. */
  readonly answer?: ServerAnswer;
}

export class LabServer implements AsyncDisposable {
  #child: JsonChild;

  private constructor(child: JsonChild) {
    this.#child = child;
  }

  static async start(namespace: Namespace, options: ServerOptions): Promise<LabServer> {
    const { addresses, certificate, answer = { code: 200, body: "ok" } } = options;
    const { port = certificate === undefined ? 80 : 443 } = options;
    const tls = certificate === undefined ? {} : { tls: { cert: certificate.pem, key: certificate.keyPem } };
    const settings: ServerSettings = { addresses, port, ...tls, answer };
    return new LabServer(await JsonChild.start(namespace, "server.ts", settings));
  }

  /** Requests that arrived whole, oldest first. */
  get requests(): SeenRequest[] {
    return this.#seen("request");
  }

  /** Requests whose connection ended in the middle of the body. */
  get broken(): SeenRequest[] {
    return this.#seen("broken");
  }

  /** Source addresses of the connections that finished their handshake, oldest first. */
  get connections(): string[] {
    return this.#child.events.filter(({ event }) => event === "connection").map(({ from }) => String(from));
  }

  /** Source addresses of the requests of which at least one byte of the body came, oldest first. */
  get bodies(): string[] {
    return this.#child.events.filter(({ event }) => event === "body").map(({ from }) => String(from));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }

  #seen(event: SeenRequest["event"]): SeenRequest[] {
    return this.#child.events.filter((each): each is SeenRequest => each.event === event);
  }
}
