/** HTTP CONNECT: a way through a proxy to one host and port (`spec/controllerconn.md §6.5`). */
import type { Socket } from "node:net";
import { basicAuthorization } from "../basic_authorization.ts";
import { type ExplicitProxy, proxyText } from "../proxy/proxy_choice.ts";
import { OwnFailure } from "../transport_failure.ts";
import { readUntil } from "./read_until.ts";

const MOST_HEADER_BYTES = 16_384;
const HEADER_END = new TextEncoder().encode("\r\n\r\n");

/** `Basic` credentials for the proxy alone; undefined if its address carried none. */
export function proxyAuthorization(proxy: ExplicitProxy): string | undefined {
  if (proxy.user === undefined) return undefined;
  return basicAuthorization({ user: proxy.user, password: proxy.password ?? "" });
}

/** Resolves when the proxy has let us through. Rejects with `proxy-auth`, `proxy-refused`, or the error of the socket. */
export async function openTunnel(
  socket: Socket,
  proxy: ExplicitProxy,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const credentials = proxyAuthorization(proxy);
  socket.write(
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n` +
      (credentials === undefined ? "" : `Proxy-Authorization: ${credentials}\r\n`) +
      "\r\n",
  );
  const named = `the answer of proxy ${proxyText(proxy)} to CONNECT ${target}`;
  const header = new TextDecoder("latin1").decode(
    await readUntil(socket, (bytes) => endOfHeader(bytes, named), named, signal),
  );
  const [, code = "", reason = ""] = /^HTTP\/1\.[01] (\d{3}) ?([^\r\n]*)/.exec(header) ?? [];
  if (/^2\d\d$/.test(code)) return endOnEarlyBytes(socket, named);
  const answer = code === ""
    ? `no HTTP (${JSON.stringify(header.slice(0, 60))})`
    : `${code} ${reason}`.trim();
  const what = `proxy ${proxyText(proxy)} answered ${answer} to CONNECT ${target}`;
  if (code !== "407") throw new OwnFailure("proxy-refused", `${what}; nothing is sent`);
  const given = credentials === undefined ? "its address has no user and password" : "it does not take ours";
  const [, scheme = ""] = /^proxy-authenticate:\s*(\S+)/im.exec(header) ?? [];
  const asked = scheme === "" ? "" : `, it asks for ${scheme}`;
  throw new OwnFailure("proxy-auth", `${what}: ${given}${asked}; nothing is sent`);
}

/** Behind a tunnel the target speaks only after us: what is there before is of the proxy. */
function endOnEarlyBytes(socket: Socket, named: string): void {
  const { readableLength } = socket;
  if (readableLength === 0) return;
  const text = `${named} has ${readableLength} bytes behind its header, expected none; nothing is sent`;
  throw new OwnFailure("proxy-refused", text);
}

function endOfHeader(bytes: Uint8Array, named: string): number | undefined {
  const most = Math.min(bytes.length, MOST_HEADER_BYTES);
  for (let at = 3; at < most; at++) {
    if (HEADER_END.every((byte, index) => bytes[at - 3 + index] === byte)) return at + 1;
  }
  if (bytes.length < MOST_HEADER_BYTES) return undefined;
  const text = `${named} has no end within ${MOST_HEADER_BYTES} bytes; nothing is sent`;
  throw new OwnFailure("proxy-refused", text);
}
