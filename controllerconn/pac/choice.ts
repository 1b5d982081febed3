/** What `FindProxyForURL` may answer, read from its string (`spec/controllerconn.md §6.5, §18.6`). */
import { isIPv6 } from "node:net";

/** One way to reach the target. */
export type PacChoice =
  | { readonly kind: "direct" }
  | {
    readonly kind: "proxy";
    readonly scheme: "http" | "https" | "socks5";
    /** Name or address; an IPv6 address without brackets. */
    readonly host: string;
    readonly port: number;
  };

/** More are not read: each one is a connection that a caller may try. */
export const MAX_CHOICES = 16;

const direct: PacChoice = { kind: "direct" };

/** Keyword → how the proxy is spoken to, and its port where none is named. */
const proxies: ReadonlyMap<string, { scheme: "http" | "https" | "socks5"; port: number }> = new Map(
  [
    ["PROXY", { scheme: "http", port: 80 }],
    ["HTTP", { scheme: "http", port: 80 }],
    ["HTTPS", { scheme: "https", port: 443 }],
    ["SOCKS", { scheme: "socks5", port: 1080 }],
    ["SOCKS5", { scheme: "socks5", port: 1080 }],
  ] as const,
);

function readAddress(text: string): { host: string; port: number | undefined } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_][a-z0-9_.-]{0,252}))(?::([0-9]{1,5}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  const host = bracketed ?? plain;
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || port === 0 || (port !== undefined && port > 65535)) return undefined;
  return { host, port };
}

function readChoice(part: string): PacChoice | undefined {
  const [keyword = "", address, ...more] = part.trim().split(/\s+/);
  if (more.length > 0) return undefined;
  if (keyword.toUpperCase() === "DIRECT") return address === undefined ? direct : undefined;
  const proxy = proxies.get(keyword.toUpperCase());
  const named = address === undefined ? undefined : readAddress(address);
  if (proxy === undefined || named === undefined) return undefined;
  return { kind: "proxy", scheme: proxy.scheme, host: named.host, port: named.port ?? proxy.port };
}

/**
 * The choices of a result such as `PROXY a:3128; SOCKS5 [fd00::1]; DIRECT`, in its order, at most
 * {@linkcode MAX_CHOICES}. Keywords in any case: `DIRECT`, `PROXY` and `HTTP` (port 80), `HTTPS` (443), `SOCKS` and
 * `SOCKS5` (1080). A part that is none of these is left out.
 * @returns never empty: a result without a usable part means direct
 */
export function parsePacResult(result: string): readonly PacChoice[] {
  const choices: PacChoice[] = [];
  for (const part of result.split(";")) {
    const choice = readChoice(part);
    if (choice !== undefined) choices.push(choice);
    if (choices.length === MAX_CHOICES) break;
  }
  return choices.length === 0 ? [direct] : choices;
}
