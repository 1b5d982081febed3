/** All that one call needs, taken once at its start: everything outside can change while it waits. */
import { addAuthentication } from "./auth_container.ts";
import type { Connections } from "./connect/connections.ts";
import type { InFlight } from "./connect/in_flight.ts";
import type { PathMemory } from "./connect/path_memory.ts";
import type { DeviceNetworkStatus } from "./device_network_status.ts";
import type { Resolver } from "./dns/port_resolver.ts";
import { ControllerConnError, type SendAttempt } from "./error.ts";
import type { SigningIdentity } from "./identity.ts";
import type { FindProxyForURL } from "./proxy/lookup_proxy.ts";
import type { TrustSet } from "./trust.ts";
import type { ClientOptions, RequestOptions } from "./types.ts";
import { isEnveloped, usesOnboarding } from "./url.ts";

/** What stays the same over all calls of a client. */
export interface SendingParts {
  readonly options: ClientOptions;
  readonly connections: Connections;
  readonly inFlight: InFlight;
  readonly memory: PathMemory;
  readonly resolve: Resolver;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly uuid: () => string;
  readonly maxResponseBytes: number;
}

/** One call. */
export interface SendContext extends SendingParts {
  readonly findProxyForURL: FindProxyForURL;
  readonly request: RequestOptions;
  /** With scheme and without credentials, otherwise as given. */
  readonly reqURL: string;
  readonly target: URL;
  /** For the server, where the URL has credentials; never told to anybody else. */
  readonly authorization: string | undefined;
  readonly isPost: boolean;
  readonly network: DeviceNetworkStatus;
  readonly trust: TrustSet;
  readonly identity: SigningIdentity | undefined;
  readonly sendTimeoutMs: number;
  readonly dialTimeoutMs: number;
  /** What is wrong besides the attempts, told with any error. */
  readonly problems: SendAttempt[];
  /** Aborted by the caller or by the deadline of the whole call; the reason is an `OwnFailure`. */
  readonly signal: AbortSignal;
  /** The body as it goes out; signed at the first use, and only once. Throws kind `identity`. */
  readonly wrapped: () => Promise<Uint8Array | undefined>;
}

/** Whether the onboarding pair signs, and TLS shows its certificate: for `register`, and where the caller asks for it. */
export function signsAsOnboarding(reqURL: string, request: Pick<RequestOptions, "signer">): boolean {
  return usesOnboarding(reqURL) || request.signer === "onboard";
}

/** See {@linkcode SendContext.wrapped}. */
export function wrapOnce(
  reqURL: string,
  body: Uint8Array | undefined,
  identity: SigningIdentity | undefined,
  withSenderCert: boolean,
): () => Promise<Uint8Array | undefined> {
  let done: Uint8Array | undefined;
  return async () => {
    if (body === undefined || !isEnveloped(reqURL)) return body;
    if (identity === undefined) {
      throw new ControllerConnError(
        "identity",
        `${reqURL}: there is no onboarding certificate and key to sign with`,
      );
    }
    return done ??= await addAuthentication(identity, body, withSenderCert);
  };
}

/** What a header can't carry becomes `?`: a strange serial number must not stop the device from talking at all. */
function headerText(value: string): string {
  return value.replace(/[^\t\x20-\x7e]/g, "?");
}

/** Headers of one attempt (`spec/controllerconn.md §3.3`). */
export function attemptHeaders(context: SendContext): Record<string, string> {
  const { devSerial = "", devSoftSerial = "", devUUID } = context.options;
  const serials = devUUID() === "";
  return {
    "X-Request-Id": context.uuid(),
    ...(context.isPost ? { "Content-Type": "application/x-proto-binary" } : {}),
    ...(serials && devSerial !== "" ? { "X-Serial-Number": headerText(devSerial) } : {}),
    ...(serials && devSoftSerial !== "" ? { "X-Soft-Serial": headerText(devSoftSerial) } : {}),
    ...(context.authorization === undefined ? {} : { Authorization: context.authorization }),
    "Accept-Encoding": "gzip",
  };
}
