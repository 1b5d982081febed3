/** Where onboarding stands, as plain data; `onboarding.ts` moves it (`docs/spec/client.md §8`). */
import type { FailureReason } from "./failure_reason.ts";
import type { Identity, Operations, RequestKind } from "./onboarding_events.ts";

/** Fixed times, in milliseconds (`spec/client.md §7, 9`); those of retries are in `retry_policies.ts`. */
export const times = {
  offline: 5000,
  /** After this long without an answer a device that knows its UUID goes on with it (W12). */
  patience: 600_000,
  /** How often `/config/server` is read besides before each tick (W13). */
  serverCheck: 5000,
  /** At most one pass for network messages in this time (W5). */
  settle: 1000,
} as const;

/** The state of the reducer. */
export interface OnboardingState {
  readonly operations: Operations;
  readonly previous: Identity | undefined;
  /** `host` or `host:port`; `""` while `/config/server` says nothing. */
  readonly server: string;
  readonly usableAddresses: number;
  readonly networkState: number;
  readonly gotCerts: boolean;
  readonly gotRegister: boolean;
  /** Passes that got past the network gate and did not succeed. */
  readonly attempts: number;
  /** Ticks since the back-off began, the one that is set included. */
  readonly ticks: number;
  /** No pass begins before this, because the controller said so (`Retry-After`). */
  readonly notBefore: number;
  /** The request under way; there is never more than one. */
  readonly request: RequestUnderWay | undefined;
  readonly lastRequestId: number;
  /** When the last pass for a network message began. */
  readonly lastNetworkPass: number | undefined;
  readonly settling: boolean;
  /** A network message came while a request was under way. */
  readonly networkPassDue: boolean;
  /** The registration of this pass failed and its LED tells why: `/uuid` does not paint over it. */
  readonly registerTold: boolean;
  /** Why the pass under way, or the last one, fails; absent where that has no name. */
  readonly reason: FailureReason | undefined;
  /** The reason that people were told last. */
  readonly told: FailureReason | undefined;
  /** The last answer was a "no" from a controller that is there. */
  readonly refused: boolean;
  readonly finished: boolean;
}

/** `refetch`: the certificates alone, not as the first step of a pass. */
export interface RequestUnderWay {
  readonly id: number;
  readonly kind: RequestKind;
  readonly refetch: boolean;
}

/**
 * The state before the event `started`.
 * @param previous identity found in the persistent `OnboardingStatus`, if its UUID is not nil
 */
export function initialState(
  operations: Operations,
  server: string,
  previous: Identity | undefined,
): OnboardingState {
  return {
    operations,
    previous,
    server,
    usableAddresses: 0,
    networkState: 0,
    gotCerts: false,
    gotRegister: false,
    attempts: 0,
    ticks: 0,
    notBefore: -Infinity,
    request: undefined,
    lastRequestId: 0,
    lastNetworkPass: undefined,
    settling: false,
    networkPassDue: false,
    registerTold: false,
    reason: undefined,
    told: undefined,
    refused: false,
    finished: false,
  };
}

/** DPC states in which there is a chance to reach the controller (`spec/client.md §8`): Success, FailWithIPAndDNS, RemoteWait. */
const openStates: readonly number[] = [3, 2, 7];

/** DPC_SUCCESS: nim has reached the controller. */
export const networkWorks = 3;

/** Whether requests make sense now. */
export function gateOpen(state: OnboardingState): boolean {
  return state.server !== "" && state.usableAddresses > 0 && openStates.includes(state.networkState);
}
