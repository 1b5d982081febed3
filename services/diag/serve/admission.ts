/** Who may read the page (issue 8 §3): nobody is let in by a name that somebody else made up. Pure. */
import { STATUS_CODE } from "@std/http/status";
import { isLoopback, type ListenAddress } from "./listen_address.ts";

/** What a request says of itself. */
export interface Visitor {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
}

/** A refusal: status and one line. Undefined for who may read. */
export function refusalOf(
  { method, url, headers }: Visitor,
  listening: ListenAddress,
  token: string | undefined,
): { readonly status: number; readonly text: string } | undefined {
  if (method !== "GET" && method !== "HEAD") {
    return { status: STATUS_CODE.MethodNotAllowed, text: "read only: GET or HEAD" };
  }
  if (headers.get("sec-fetch-site") === "cross-site" && headers.get("sec-fetch-mode") !== "navigate") {
    return { status: STATUS_CODE.Forbidden, text: "no other site may read this" };
  }
  if (!hostsOf(listening).includes((headers.get("host") ?? "").toLowerCase())) {
    const text =
      "the Host header names another server; a name that leads here may be an attack (DNS rebinding)";
    return { status: STATUS_CODE.MisdirectedRequest, text };
  }
  if (token === undefined) return undefined;
  const given = headers.get("authorization")?.replace(/^Bearer /i, "") ?? url.searchParams.get("token") ?? "";
  return sameText(given, token)
    ? undefined
    : { status: STATUS_CODE.Unauthorized, text: "expected the token" };
}

/** By address, and `localhost` for the loopback. */
function hostsOf(listening: ListenAddress): string[] {
  const { hostname, port } = listening;
  const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
  return [`${shown}:${port}`, ...(isLoopback(listening) ? [`localhost:${port}`] : [])];
}

/** Takes the same time wherever they differ. */
function sameText(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => new TextEncoder().encode(text));
  if (a === undefined || b === undefined) return false;
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}
