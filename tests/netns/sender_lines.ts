/** What the lab and `children/sender.ts` say to each other. */
import type { DeviceNetworkStatus } from "../../controllerconn/device_network_status.ts";
import type { SendAttempt } from "../../controllerconn/error.ts";
import type { NetworkProxy } from "../../controllerconn/network_proxy.ts";
import type { RequestOptions } from "../../controllerconn/types.ts";

/** Started with. */
export interface SenderSettings {
  readonly network: unknown;
  readonly rootCertificatePem: string;
  readonly systemRootsPem: string;
  readonly sendTimeoutMs: number;
  readonly dialTimeoutMs: number;
}

/** A send: over all ports, or over `ifName`. Its body is `bodyOf(bodyBytes)`; without, it is a GET. */
export interface SendCommand {
  readonly do: "send";
  readonly url: string;
  readonly bodyBytes?: number;
  readonly ifName?: string;
  readonly options?: Omit<RequestOptions, "signal">;
}

export type SenderCommand =
  | SendCommand
  | { readonly do: "network"; readonly network: unknown }
  | { readonly do: "find proxy"; readonly ifName: string };

/** What a search for a network's proxy came to. */
export interface FoundProxy {
  readonly kind: NetworkProxy["kind"];
  readonly pacfile: string;
  readonly wpadURL: string;
  /** Of the error; `""` if there is none. */
  readonly text: string;
}

/** What came of a send. */
export interface Outcome {
  readonly delivered: boolean;
  /** Of the error; null if there is none. */
  readonly kind: string | null;
  readonly text: string;
  /** By name, e.g. `SenderStatusNone`. */
  readonly status: string;
  readonly httpStatus: number;
  /** The port that got the deciding answer. */
  readonly ifName: string;
  readonly contents: string;
  /** What failed; empty if delivered. */
  readonly attempts: readonly SendAttempt[];
  readonly milliseconds: number;
}

/** A body with no repetition that a wrong order or a hole would leave unseen; the same for the same length. */
export function bodyOf(length: number): Uint8Array {
  const body = new Uint8Array(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    body[at] = state >>> 24;
  }
  return body;
}

const CERTIFICATES = "pubsub-large-ProxyCertPEM";

/** Proxy certificates go as text: JSON has no bytes. */
export function networkToLine(network: DeviceNetworkStatus): unknown {
  return {
    ...network,
    Ports: (network.Ports ?? []).map((port) => ({
      ...port,
      [CERTIFICATES]: port[CERTIFICATES]?.map((pem) => new TextDecoder().decode(pem)) ?? null,
    })),
  };
}

/** Reverse of {@linkcode networkToLine}. */
export function networkFromLine(line: unknown): DeviceNetworkStatus {
  const network = line as DeviceNetworkStatus;
  return {
    ...network,
    Ports: (network.Ports ?? []).map((port) => ({
      ...port,
      [CERTIFICATES]: port[CERTIFICATES]?.map((pem) => new TextEncoder().encode(String(pem))) ?? null,
    })),
  };
}
