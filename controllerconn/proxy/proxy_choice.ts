/** Which way a connection goes: straight, or through an explicit proxy (`spec/controllerconn.md §6.5`). Pure. */

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

/**
 * Reads the address of a proxy: a URL with scheme `http`, `https` or `socks5`, or `host[:port]`, which is an HTTP proxy.
 * @returns undefined if it is none of these; it counts as not configured then
 */
export function parseProxyAddress(address: string): ExplicitProxy | undefined {
  const hasScheme = /^(https?|socks5):\/\//i.test(address);
  const url = URL.parse(hasScheme ? address.replace(/^[a-z0-9]+/i, schemeForURL) : `http://${address}`);
  if (url === null || url.hostname === "") return undefined;
  const scheme = hasScheme ? schemeOf(address) : "http";
  return {
    kind: "proxy",
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: portOf(address, scheme, url),
    ...(url.username === "" ? {} : { user: decode(url.username), password: decode(url.password) }),
  };
}

/** `http://host:port`, for people: never with credentials. */
export function proxyText(choice: ProxyChoice): string {
  if (choice.kind === "direct") return "direct";
  const host = choice.host.includes(":") ? `[${choice.host}]` : choice.host;
  return `${choice.scheme}://${host}:${choice.port}`;
}

/** The runtime reads host and credentials of the schemes that it knows only. */
function schemeForURL(scheme: string): string {
  return scheme.toLowerCase() === "socks5" ? "http" : scheme;
}

function schemeOf(address: string): ExplicitProxy["scheme"] {
  const scheme = address.slice(0, address.indexOf(":")).toLowerCase();
  return scheme === "https" || scheme === "socks5" ? scheme : "http";
}

/** `URL` drops the port that is its scheme's default, which is not the default of every scheme here. */
function portOf(address: string, scheme: ExplicitProxy["scheme"], url: URL): number {
  if (url.port !== "") return Number(url.port);
  const given = /:(\d+)\/?$/.exec(address)?.[1];
  return given === undefined ? DEFAULT_PORTS[scheme] : Number(given);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
