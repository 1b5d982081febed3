/** A real HTTP proxy: CONNECT and plain requests, with or without credentials, with or without TLS towards the client. */
import net, { type AddressInfo, type Socket } from "node:net";
import tls from "node:tls";
import type { Certificate } from "./certificates.ts";

/** What a proxy was asked. */
export interface ProxySeen {
  /** First line of the request. */
  readonly line: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Source address of the client. */
  readonly from: string;
}

export interface TestProxy {
  readonly port: number;
  readonly seen: ProxySeen[];
  /** TCP connections so far. */
  readonly connections: () => number;
  /** Ends all connections, the proxy stays. */
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

export interface ProxyOptions {
  /** TLS towards the client. */
  readonly certificate?: Certificate;
  /** `user:password`; others get 407. */
  readonly credentials?: string;
  /** Where it connects, whatever it is asked for; by default to the host that it is asked for. */
  readonly upstream?: { readonly host: string; readonly port: number };
  /** What it says instead of doing anything. */
  readonly instead?: (socket: Socket) => void;
  readonly host?: string;
}

const HEADER_END = "\r\n\r\n";

function parseHead(head: string, from: string): ProxySeen {
  const [line = "", ...rest] = head.split("\r\n");
  const headers = rest.map((each) => {
    const [name = "", ...value] = each.split(":");
    return [name.toLowerCase(), value.join(":").trim()] as const;
  });
  return { line, headers: Object.fromEntries(headers), from };
}

function targetOf({ line }: ProxySeen): { host: string; port: number; rest?: string } {
  const [method = "", target = "", version = ""] = line.split(" ");
  if (method !== "CONNECT") {
    const url = new URL(target);
    const rest = `${method} ${url.pathname}${url.search} ${version}`;
    return { host: url.hostname, port: Number(url.port || 80), rest };
  }
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  return { host, port: Number(port) };
}

export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const seen: ProxySeen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  const serve = (socket: Socket, head: string, rest: Uint8Array) => {
    const asked = parseHead(head, socket.remoteAddress ?? "");
    seen.push(asked);
    const { credentials } = options;
    const wanted = credentials === undefined ? undefined : `Basic ${btoa(credentials)}`;
    if (options.instead !== undefined) return options.instead(socket);
    if (wanted !== undefined && asked.headers["proxy-authorization"] !== wanted) {
      const page = "<html>who are you?</html>".padEnd(20_000);
      const fields = `Proxy-Authenticate: Basic realm="test"\r\nContent-Length: ${page.length}`;
      return void socket.end(`HTTP/1.1 407 Proxy Authentication Required\r\n${fields}${HEADER_END}${page}`);
    }
    const target = targetOf(asked);
    const { host, port } = options.upstream ?? target;
    const up = net.connect(port, host, () => {
      if (target.rest === undefined) socket.write(`HTTP/1.1 200 Connection established${HEADER_END}`);
      else {
        const forwarded = Object.entries(asked.headers).filter(([name]) => !name.startsWith("proxy-"));
        const lines = forwarded.map(([name, value]) => `${name}: ${value}`);
        up.write([target.rest, ...lines, "", ""].join("\r\n"));
      }
      if (rest.length > 0) up.write(rest);
      socket.pipe(up);
      up.pipe(socket);
    });
    track(up);
    up.on("error", () => socket.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0${HEADER_END}`));
    up.on("close", () => socket.destroy());
    socket.on("close", () => up.destroy());
  };
  const onConnection = (socket: Socket) => {
    track(socket);
    let bytes = new Uint8Array(0);
    const onData = (chunk: Uint8Array) => {
      bytes = Uint8Array.from([...bytes, ...chunk]);
      const text = new TextDecoder("latin1").decode(bytes);
      const end = text.indexOf(HEADER_END);
      if (end < 0) return;
      socket.removeListener("data", onData);
      serve(socket, text.slice(0, end), bytes.subarray(end + HEADER_END.length));
    };
    socket.on("data", onData);
  };
  const { certificate } = options;
  const server = certificate === undefined
    ? net.createServer(onConnection)
    : tls.createServer({ cert: certificate.pem, key: certificate.keyPem }, onConnection);
  server.on("tlsClientError", () => {});
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, options.host ?? "127.0.0.1", () => resolve()));
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections: () => connections,
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}
