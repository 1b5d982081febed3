/** SOCKS5 (RFC 1928, 1929): the proxy resolves the name of the target. */
import { isIP, type Socket } from "node:net";
import { type ExplicitProxy, proxyText } from "../proxy/proxy_choice.ts";
import { OwnFailure } from "../transport_failure.ts";
import { readUntil } from "./read_until.ts";

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_PASSWORD = 2;
const CONNECT = 1;
const IPV4 = 1;
const DOMAIN_NAME = 3;
const IPV6 = 4;
const ADDRESS_LENGTHS: Readonly<Record<number, number>> = { [IPV4]: 4, [IPV6]: 16 };
const REPLIES: Readonly<Record<number, string>> = {
  1: "general failure",
  2: "not allowed by its rules",
  3: "network unreachable",
  4: "host unreachable",
  5: "connection refused",
  6: "time to live expired",
  7: "command not supported",
  8: "address type not supported",
};

/** Resolves when the proxy has connected. Rejects with `proxy-auth`, `proxy-refused`, or the error of the socket. */
export async function openSocks5(
  socket: Socket,
  proxy: ExplicitProxy,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const name = proxyText(proxy);
  const read = (length: number, what: string) =>
    readUntil(socket, (bytes) => bytes.length >= length ? length : undefined, `${what} of ${name}`, signal);
  const methods = proxy.user === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_PASSWORD];
  socket.write(Uint8Array.of(VERSION, methods.length, ...methods));
  const [version, method] = await read(2, "the greeting");
  if (version !== VERSION) throw refused(`${name} does not speak SOCKS5`);
  if (method === USER_PASSWORD) await authenticate(socket, proxy, read);
  else if (method !== NO_AUTHENTICATION) {
    throw new OwnFailure(
      "proxy-auth",
      `proxy ${name} takes none of our ways to authenticate; nothing is sent`,
    );
  }
  socket.write(Uint8Array.of(VERSION, CONNECT, 0, ...targetBytes(host), port >> 8, port & 255));
  const [, reply = 1] = await read(2, "the answer");
  if (reply !== 0) {
    const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    throw refused(`${name} did not connect to ${target}: ${REPLIES[reply] ?? `reply ${reply}`}`);
  }
  const [, type = IPV4, first = 0] = await read(3, "the bound address");
  await read((type === DOMAIN_NAME ? first : (ADDRESS_LENGTHS[type] ?? 1) - 1) + 2, "the bound address");
}

/**
 * Kind of address and address. A literal goes as one: the proxy might not look it up.
 * @throws {OwnFailure} `resolve`: the length of a name is one byte
 */
function targetBytes(host: string): Uint8Array {
  switch (isIP(host)) {
    case 4:
      return Uint8Array.of(IPV4, ...host.split(".").map(Number));
    case 6:
      return Uint8Array.of(IPV6, ...ipv6Bytes(host));
    default: {
      const name = new TextEncoder().encode(host);
      if (name.length > 255) {
        throw new OwnFailure("resolve", `SOCKS5 takes names of up to 255 bytes, this one has ${name.length}`);
      }
      return Uint8Array.of(DOMAIN_NAME, name.length, ...name);
    }
  }
}

/** @param host as `URL` writes it: no dotted part */
function ipv6Bytes(host: string): number[] {
  const [left = "", right] = host.split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const [head, tail] = [groups(left), groups(right ?? "")];
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return all.flatMap((group) => [group >> 8, group & 255]);
}

async function authenticate(
  socket: Socket,
  proxy: ExplicitProxy,
  read: (length: number, what: string) => Promise<Uint8Array>,
): Promise<void> {
  const [user, password] = [proxy.user ?? "", proxy.password ?? ""].map((text) =>
    new TextEncoder().encode(text).subarray(0, 255)
  );
  if (user === undefined || password === undefined) return;
  socket.write(Uint8Array.of(1, user.length, ...user, password.length, ...password));
  const [, status] = await read(2, "the verdict on user and password");
  if (status === 0) return;
  throw new OwnFailure(
    "proxy-auth",
    `proxy ${proxyText(proxy)} does not take our user and password; nothing is sent`,
  );
}

function refused(what: string): OwnFailure {
  return new OwnFailure("proxy-refused", `proxy ${what}; nothing is sent`);
}
