/** What a program hands to the library and what it gets back (`spec/controllerconn.md §1, 2`). */
import type { AgentMetrics } from "./metrics.ts";
import type { ControllerCertStore } from "./controller_cert_store.ts";
import type { ControllerConnError } from "./error.ts";
import type { DeviceNetworkStatus } from "./device_network_status.ts";
import type { AttemptTracer } from "./connect/trace_event.ts";
import type { NetworkProxy } from "./network_proxy.ts";
import type { PurposeCounters } from "./purpose_counters.ts";
import type { LocalRequestOptions, LocalSource } from "./send_local.ts";
import type { SenderStatus } from "./sender_status.ts";
import type { VerifyResult } from "./verify_ports.ts";
import type { SigningIdentity } from "./identity.ts";

/** Everything the client needs from the device; functions are asked anew for each send. */
export interface ClientOptions {
  /** The ports of the device as they are now. */
  readonly deviceNetworkStatus: () => DeviceNetworkStatus;
  /** The device's identity. */
  readonly device: SigningIdentity;
  /** Signs `/register`; absent where there is no onboarding pair. */
  readonly onboard?: SigningIdentity;
  /** PEM text of `/config/root-certificate.pem`. */
  readonly rootCertificatePem: string;
  /** PEM text of the system's CA bundle; `""` for none. */
  readonly systemRootsPem: string;
  /** Where the controller's certificates are kept. */
  readonly controllerCerts: ControllerCertStore;
  /** Lower-case UUID, or `""` while the device has none: then the serial headers are sent. */
  readonly devUUID: () => string;
  /** Sent as `X-Serial-Number` while there is no UUID. */
  readonly devSerial?: string;
  /** Sent as `X-Soft-Serial` while there is no UUID. */
  readonly devSoftSerial?: string;
  /** `timer.send.timeout` in milliseconds: one attempt as a whole; 0 = none. */
  readonly sendTimeoutMs: () => number;
  /** `timer.dial.timeout` in milliseconds: name resolution and TCP connect; 0 = none. */
  readonly dialTimeoutMs: () => number;
  /** Counters of the program, for `MetricsMap` (`spec/controllerconn.md §11`). */
  readonly metrics?: AgentMetrics;
  /** Bytes and requests by purpose and port. */
  readonly purposes?: PurposeCounters;
  /** Asked where a port has no usable address (`spec/controllerconn.md §5.1`); without it only the address is missing. */
  readonly networkMonitor?: NetworkMonitor;
  /** Content of `/etc/hosts`, asked anew for each name; `""` by default. */
  readonly hostsText?: () => string;
  /** When this program was built, in milliseconds since 1970: a clock before it is wrong, and named as the likely cause. */
  readonly builtAt?: number;
  /** LED code 12 (`spec/controllerconn.md §5.4`). */
  readonly led?: (blinkCounter: number) => void;
  /** Largest response body in bytes; 64 MiB by default. */
  readonly maxResponseBytes?: number;
  /** Milliseconds since 1970; the system's clock by default. It may jump: for certificates and PAC files only. */
  readonly now?: () => number;
  /** Milliseconds that never go back, by which durations are measured; those of the runtime by default. */
  readonly monotonic?: () => number;
  /** A fresh UUID for `X-Request-Id`; a random one by default. */
  readonly uuid?: () => string;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** What the system says of a link. */
export interface NetworkMonitor {
  /** `absent`: there is no such interface. Rejects where that can't be told. */
  link(ifName: string): Promise<"up" | "down" | "absent">;
}

/** Per request (`spec/controllerconn.md §1.2`). */
export interface RequestOptions {
  /** Ends the call early with kind `aborted`. */
  readonly signal: AbortSignal;
  /** Rotates ports of equal cost. */
  readonly iteration?: number;
  /** Stop at the first 4xx or 5xx answer instead of trying the next port. */
  readonly bailOnHTTPErr?: boolean;
  /** 4xx is not an error. */
  readonly accept4xxErrors?: boolean;
  /** Run the local checks only: send nothing, record nothing. */
  readonly dryRun?: boolean;
  /** Signs with the onboarding pair in place of the device's key, and shows its certificate, as `/register` does. */
  readonly signer?: "onboard";
  /** False: no proxy is used, whatever the port says. `sendOnIntf` only. */
  readonly allowProxy?: boolean;
  /** Told of every step of every attempt (`spec/controllerconn.md §12`). */
  readonly tracer?: AttemptTracer;
}

/** What came of a send (`spec/controllerconn.md §1.3`). `error` is undefined exactly when 200, 201, 204 or 304 was received. */
export interface SendResult {
  /** What was asked for, with its scheme. */
  readonly reqURL: string;
  /** The outcome class (`spec/controllerconn.md §1.4`). */
  readonly status: SenderStatus;
  /** Code of the answer that decided; 0 if nobody answered. Kept also with `error` (unlike Go). */
  readonly httpStatus: number;
  /** Lower-case names. Empty if nobody answered. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, also of an error answer (cut to 4096 bytes then). Empty if there was none. */
  readonly contents: Uint8Array;
  /** Code of the last answer received on any port; 0 = nobody answered. */
  readonly lastHTTPStatusCode: number;
  /** The port that got the deciding answer; `""` if none. */
  readonly ifName: string;
  /** Why it is no success, with every attempt. */
  readonly error?: ControllerConnError;
}

/** Envelope opened: the payload, or why not. On success `error` is undefined. */
export interface OpenedEnvelope {
  /** What was inside; empty where it is refused. */
  readonly payload: Uint8Array;
  /** Why it is refused, as EVE names it; `SenderStatusNone` otherwise. */
  readonly status: SenderStatus;
  /** Kind `envelope`, `envelope-verify` or `no-controller-cert`. */
  readonly error?: ControllerConnError;
}

/** One certificate of a controller's list (`spec/device-api.md §4.6`). */
export interface ZCert {
  /** 1 = first 16 bytes of SHA-256, 2 = all 32. */
  readonly hashAlgo: number;
  /** Of the certificate, as long as `hashAlgo` says. */
  readonly certHash: Uint8Array;
  /** 1 signing, 2 intermediate, 3 ECDH exchange. */
  readonly type: number;
  /** PEM bytes exactly as received. */
  readonly cert: Uint8Array;
}

/** See {@linkcode newClient}. One per program; blind to message content. */
export interface Client {
  /**
   * `GET` without a body, `POST` with one; a POST to `/edgedevice/` is signed and wrapped. Tries the management ports in
   * cost order (`spec/controllerconn.md §7`). Never throws; never takes longer than min(3 × send timeout, 240 s).
   * @param url scheme optional, `https://` is put in front of one without
   */
  sendOnAllIntf(url: string, body: Uint8Array | undefined, options: RequestOptions): Promise<SendResult>;
  /** The same over one port, all its source addresses (`spec/controllerconn.md §5`). */
  sendOnIntf(
    url: string,
    ifName: string,
    body: Uint8Array | undefined,
    options: RequestOptions,
  ): Promise<SendResult>;
  /** Removes the envelope and verifies it against the stored controller certificates (`spec/controllerconn.md §10.2`). Never throws. */
  removeAndVerifyAuthContainer(contents: Uint8Array): OpenedEnvelope;
  /**
   * Probes every port with a GET, the others than the cheapest that work by their local checks only
   * (`spec/controllerconn.md §8`). Never throws; each port has min(3 × send timeout, 240 s) for itself.
   * @param requiredSuccessCount management ports that must work
   */
  verifyAllIntf(url: string, requiredSuccessCount: number, options: RequestOptions): Promise<VerifyResult>;
  /**
   * One request to an application on the device: no proxy, no envelope, one source address (`spec/controllerconn.md §13.1`).
   * Never throws.
   */
  sendLocal(
    url: string,
    source: LocalSource,
    body: Uint8Array | undefined,
    options: LocalRequestOptions,
  ): Promise<SendResult>;
  /** The PAC file of a port's network, where the port asks for one (`spec/controllerconn.md §6.5`). Never throws. */
  getNetworkProxy(ifName: string, signal: AbortSignal): Promise<NetworkProxy>;
  /** To be called when `deviceNetworkStatus` gives another value: what hangs on an address that is gone ends at once. */
  networkChanged(): void;
  /**
   * Removes the envelope of a `/certs` answer without a signature check, verifies the list inside against the root
   * certificate and, if the set of `certHash` values changed, stores it.
   * @returns the certificates, and whether the store was written
   * @throws {ControllerConnError} `envelope`, `cert-chain`; `no-controller-cert` where the store can't be written: the
   * certificates are in use all the same, until the client ends
   */
  acceptControllerCerts(contents: Uint8Array): { certs: readonly ZCert[]; changed: boolean };
  /** The stored list that is in use (primary or backup), verified; `undefined` if there is none. Never throws. */
  controllerCerts(): readonly ZCert[] | undefined;
  /** Ends kept connections. */
  close(): void;
}
