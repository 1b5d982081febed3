/** `CheckAndGetNetworkProxy`: the PAC file that a port's network offers (`spec/controllerconn.md §6.5`). */
import type { NetworkPortStatus } from "./device_network_status.ts";
import { ControllerConnError, type ControllerConnErrorKind } from "./error.ts";
import { MAX_PAC_BYTES } from "./pac/error.ts";
import { isPacContentType, wpadURLs } from "./pac/wpad_urls.ts";
import type { SendResult } from "./types.ts";

/** What was found. */
export type NetworkProxy =
  /** The port asks for none, or has its PAC file already. */
  | { readonly kind: "nothing-to-do" }
  | {
    readonly kind: "found";
    /** Base64, as `Pacfile` has it. */
    readonly pacfile: string;
    /** Where it was found by WPAD; `""` if its URL was configured. */
    readonly wpadURL: string;
  }
  | { readonly kind: "failed"; readonly error: ControllerConnError };

type Searched = Exclude<NetworkProxy, { readonly kind: "nothing-to-do" }>;
type Failed = Extract<NetworkProxy, { readonly kind: "failed" }>;

/** Looks for it. @param fetch one GET over that port without a proxy. Never throws if `fetch` does not. */
export async function findNetworkProxy(
  port: NetworkPortStatus,
  fetch: (url: string) => Promise<SendResult>,
): Promise<NetworkProxy> {
  if (port.Pacfile || !port.NetworkProxyEnable) return { kind: "nothing-to-do" };
  if (port.NetworkProxyURL) return found("", await fetch(port.NetworkProxyURL));
  const faults: string[] = [];
  for (const url of urlsFor(port, faults)) {
    const result = found(url, await fetch(url));
    if (result.kind === "found" || result.error.kind === "aborted") return result;
    faults.push(result.error.message);
  }
  return failed(
    "resolve",
    `${port.IfName} asks for a proxy of its network, none was found: ${faults.join("; ")}`,
  );
}

function urlsFor({ DomainName = "" }: NetworkPortStatus, faults: string[]): readonly string[] {
  try {
    return wpadURLs(DomainName);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function found(wpadURL: string, { error, headers, contents, reqURL }: SendResult): Searched {
  if (error !== undefined) return { kind: "failed", error };
  const type = headers["content-type"];
  if (!isPacContentType(type)) {
    const got = type ?? "no Content-Type";
    return failed(
      "content-type",
      `${reqURL}: expected application/x-ns-proxy-autoconfig, got ${got}; not used`,
    );
  }
  if (contents.length === 0 || contents.length > MAX_PAC_BYTES) {
    const text =
      `${reqURL}: expected a PAC file of 1 to ${MAX_PAC_BYTES} bytes, got ${contents.length}; not used`;
    return failed("bad-answer", text);
  }
  return { kind: "found", pacfile: contents.toBase64(), wpadURL };
}

function failed(kind: ControllerConnErrorKind, text: string): Failed {
  return { kind: "failed", error: new ControllerConnError(kind, text) };
}
