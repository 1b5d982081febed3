/** URL rules of the device API (`spec/device-api.md §1`, `spec/controllerconn.md §3.1, 3.2`). */

/**
 * `server + "/api/v2/edgedevice/" + ["id/" + uuid + "/"] + action`; no scheme is added.
 * @param server content of `/config/server`: `host`, `host:port` or `[v6]:port`, maybe with a scheme; white space
 * around it and slashes behind it are dropped
 * @param uuid device UUID; `""` where the path has none
 */
export function urlPathString(server: string, uuid: string, action: string): string {
  const base = server.trim().replace(/\/+$/, "") + "/api/v2/edgedevice/";
  return uuid === "" ? base + action : `${base}id/${uuid.toLowerCase()}/${action}`;
}

/** `http:` (no TLS) and `https:` stay; anything else gets `https://` in front. */
export function withScheme(url: string): string {
  return url.startsWith("http:") || url.startsWith("https:") ? url : `https://${url}`;
}

/** Whether a POST to this URL is wrapped in an AuthContainer. */
export function isEnveloped(url: string): boolean {
  return url.includes("/edgedevice/");
}

/** Whether this URL is signed by, and in TLS shown, the onboarding identity. */
export function usesOnboarding(url: string): boolean {
  return url.includes("/edgedevice/") && url.includes("/register");
}

/** The host of a URL, brackets of an IPv6 literal removed. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** The port of a URL, 443 or 80 where it names none. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
