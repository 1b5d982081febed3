/** What the onboarding reducer hears and what it asks for; plain data (`docs/spec/client.md §8`). */
import type { DelayRange } from "../../controllerconn/mod.ts";
import type { FailureReason } from "./failure_reason.ts";
import type { Outcome } from "./outcome.ts";
import type { UuidAnswer } from "./uuid_answer.ts";

/** What the command line asks for (`spec/client.md §1.1`). */
export interface Operations {
  readonly selfRegister: boolean;
  readonly getUuid: boolean;
  /** `-r`: give up when this many retries have failed; 0 = never. */
  readonly retries: number;
}

/** The result of an earlier run, from the persistent `OnboardingStatus`. */
export interface Identity {
  readonly uuid: string;
  readonly hardwareModel: string;
}

/** Timers by name: setting one that runs replaces it. Milliseconds. */
export type TimerName =
  /** The back-off between attempts (`passRetry`). */
  | "tick"
  /** Holds back the pass of a burst of network messages. */
  | "settle"
  /** Asks for the certificates again after an answer signed by an unknown one (`certsRetry`). */
  | "refetch"
  /** The start without a controller (`spec/client.md §9`), tried once. */
  | "offline"
  /** The end of waiting for a controller that does not answer a device that knows its UUID. */
  | "patience";

/** What came of `GET certs`. */
export type CertsResult =
  /** Verified and stored; `changed` if the set of hashes is another than before. */
  | { readonly kind: "accepted"; readonly changed: boolean }
  /** `retryAfterMs`: what the answer asked for; `reason`: where the failure has a name. */
  | { readonly kind: "failed"; readonly retryAfterMs?: number; readonly reason?: FailureReason };

/** What came of `POST uuid`. */
export type UuidResult =
  | { readonly kind: "accepted"; readonly answer: UuidAnswer }
  /** Signed by a certificate that is not the stored one. */
  | { readonly kind: "cert-miss" }
  /** The envelope does not open or its signature is wrong. */
  | { readonly kind: "bad-envelope" }
  /** Verified but of no use, or not an answer of a controller at all. */
  | { readonly kind: "unusable" }
  /** Not delivered. */
  | { readonly kind: "failed"; readonly outcome: Outcome };

/** Everything that can happen. `id` is that of the request effect; an answer to a request that was given up is ignored. */
export type OnboardingEvent =
  | { readonly kind: "started" }
  /** A message of nim: usable management addresses, and the DPC state as a number. */
  | { readonly kind: "network"; readonly usableAddresses: number; readonly state: number }
  /** `/config/server` was read; `""` if it has nothing to say. */
  | { readonly kind: "server"; readonly server: string }
  /** `checkpoint`: a file of controller certificates is readable. Only "offline" and "patience" look at it. */
  | { readonly kind: "timer"; readonly timer: TimerName; readonly checkpoint: boolean }
  | { readonly kind: "certs"; readonly id: number; readonly result: CertsResult }
  | { readonly kind: "registered"; readonly id: number; readonly outcome: Outcome }
  | { readonly kind: "uuid"; readonly id: number; readonly result: UuidResult };

/** The three requests of this program. */
export type RequestKind = "fetchCerts" | "register" | "getUuid";

/** Why the run ends. */
export type Ending =
  /** The controller gave a UUID. */
  | "onboarded"
  /** Registered, and nothing else was asked for. */
  | "registered"
  /** No controller, but the identity of an earlier run. */
  | "cached"
  /** `-r` retries failed. */
  | "retries-exceeded";

/** What the runner is to do, in order. */
export type OnboardingEffect =
  /** `iteration` rotates ports of equal cost. */
  | {
    readonly kind: RequestKind;
    readonly id: number;
    readonly server: string;
    readonly iteration: number;
  }
  /** Gives up the request that is under way. */
  | { readonly kind: "cancelRequest" }
  /** The delay is drawn from the range. */
  | ({ readonly kind: "setTimer"; readonly timer: TimerName } & DelayRange)
  | { readonly kind: "setLed"; readonly blinkCounter: number }
  /** People are told why it does not get on: once until there is another reason. */
  | { readonly kind: "tell"; readonly reason: FailureReason }
  /**
   * The end: nothing follows. With an answer, or the cached identity, the results are published first; with the reason of the
   * last pass where the retries are used up and it has a name.
   */
  | {
    readonly kind: "finish";
    readonly ending: Ending;
    readonly answer?: UuidAnswer;
    readonly reason?: FailureReason;
  };
