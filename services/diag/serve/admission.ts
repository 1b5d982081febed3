/** Who may read the page: nobody is let in by a name that somebody else made up. Pure. */
import { isIP } from "node:net";
import { STATUS_CODE } from "@std/http/status";
import { isLoopback, type ListenAddress } from "./listen_address.ts";

/** A browser leaves it out. */
const DEFAULT_PORT = 80;

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
  if (!isOurs((headers.get("host") ?? "").toLowerCase(), listening)) {
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

/** By address, and `localhost` for the loopback; every address where all are listened on, for only names can be rebound. */
function isOurs(host: string, listening: ListenAddress): boolean {
  const { hostname, port } = listening;
  const [, name = "", given] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  if (Number(given ?? DEFAULT_PORT) !== port) return false;
  const bare = name.replace(/^\[|\]$/g, "");
  if (hostname === "0.0.0.0" || hostname === "::") return isIP(bare) !== 0;
  return bare === hostname || isLoopback(listening) && bare === "localhost";
}

/** Takes the same time wherever they differ. */
function sameText(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => new TextEncoder().encode(text));
  if (a === undefined || b === undefined) return false;
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}
