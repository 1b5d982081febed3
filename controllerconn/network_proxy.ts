/** `CheckAndGetNetworkProxy`: the PAC file that a port's network offers (`spec/controllerconn.md §6.5`). */
import type { NetworkPortStatus } from "./device_network_status.ts";
import { ControllerConnError } from "./error.ts";
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

/** Looks for it. @param fetch one GET over that port without a proxy. Never throws if `fetch` does not. */
export async function findNetworkProxy(
  port: NetworkPortStatus,
  fetch: (url: string) => Promise<SendResult>,
): Promise<NetworkProxy> {
  if (port.Pacfile || !port.NetworkProxyEnable) return { kind: "nothing-to-do" };
  if (port.NetworkProxyURL) {
    const result = await fetch(port.NetworkProxyURL);
    const pacfile = result.contents.toBase64();
    return faultOf(port.NetworkProxyURL, result) ?? { kind: "found", pacfile, wpadURL: "" };
  }
  const faults: string[] = [];
  for (const url of urlsFor(port, faults)) {
    const result = await fetch(url);
    const fault = faultOf(url, result);
    if (fault === undefined) return { kind: "found", pacfile: result.contents.toBase64(), wpadURL: url };
    faults.push(fault.error.message);
  }
  return failed(`${port.IfName} asks for a proxy of its network, none was found: ${faults.join("; ")}`);
}

function urlsFor({ DomainName = "" }: NetworkPortStatus, faults: string[]): readonly string[] {
  try {
    return wpadURLs(DomainName);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
    return [];
  }
}

function faultOf(
  url: string,
  result: SendResult,
): { kind: "failed"; error: ControllerConnError } | undefined {
  if (result.error !== undefined) return { kind: "failed", error: result.error };
  const type = result.headers["content-type"];
  if (isPacContentType(type)) return undefined;
  const got = type ?? "no Content-Type";
  return failed(`${url}: expected application/x-ns-proxy-autoconfig, got ${got}; not used`, "content-type");
}

function failed(text: string, kind: "content-type" | "resolve" = "resolve") {
  return { kind: "failed", error: new ControllerConnError(kind, text) } as const;
}
