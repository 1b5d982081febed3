/** Which way a connection goes: straight, or through an explicit proxy (`spec/controllerconn.md §6.5`). Pure. */

import { credentialsOf } from "../basic_authorization.ts";

/** A proxy and, where its address carried them, its credentials. */
export interface ExplicitProxy {
  readonly kind: "proxy";
  /** How one talks to the proxy itself: `https` is TLS to the proxy, then CONNECT inside it. */
  readonly scheme: "http" | "https" | "socks5";
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
}

/** One way to the target. */
export type ProxyChoice = { readonly kind: "direct" } | ExplicitProxy;

/** No proxy. */
export const DIRECT: ProxyChoice = { kind: "direct" };

const DEFAULT_PORTS: Readonly<Record<ExplicitProxy["scheme"], number>> = {
  http: 80,
  https: 443,
  socks5: 1080,
};

const ADDRESS = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^\s/?#]*[^\s/?#:])\/*$/i;

/**
 * Reads the address of a proxy: a URL with scheme `http`, `https` or `socks5`, or `host[:port]`, which is an HTTP proxy.
 * @returns undefined if it is none of these; it counts as not configured then
 */
export function parseProxyAddress(address: string): ExplicitProxy | undefined {
  const [, name = "http", rest = ""] = ADDRESS.exec(address.trim()) ?? [];
  const scheme = schemeOf(name);
  // The runtime reads host and credentials of the schemes that it knows only.
  const url = scheme === undefined ? null : URL.parse(`http://${rest}`);
  if (scheme === undefined || url === null || url.hostname === "") return undefined;
  return {
    kind: "proxy",
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(/:(\d+)$/.exec(rest)?.[1] ?? DEFAULT_PORTS[scheme]),
    ...credentialsOf(url),
  };
}

/** `http://host:port`, for people: never with credentials. */
export function proxyText(choice: ProxyChoice): string {
  if (choice.kind === "direct") return "direct";
  const host = choice.host.includes(":") ? `[${choice.host}]` : choice.host;
  return `${choice.scheme}://${host}:${choice.port}`;
}

function schemeOf(name: string): ExplicitProxy["scheme"] | undefined {
  const scheme = name.toLowerCase();
  return scheme === "http" || scheme === "https" || scheme === "socks5" ? scheme : undefined;
}
