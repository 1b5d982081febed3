/** State, events and effects of the config loop (`spec/zedagent.md §4`). */
import type { EdgeDevConfig } from "../../../proto/device.ts";
import type { Outcome } from "./outcome.ts";

/** EVE's results of a fetch. */
export type ConfigResult =
  | "configOK"
  | "configReqFailed"
  | "obsoleteConfig"
  | "invalidConfig"
  | "skipConfigReboot"
  | "skipConfigUpdate";

/** Why a fetch comes before its time. */
export type TriggerReason =
  | "interval"
  | "left-maintenance"
  | "attested"
  | "network-recovered"
  | "certificates-arrived"
  | "new-uuid";

/** Everything the loop remembers. Times in milliseconds of the monotonic clock. */
export interface LoopState {
  /** Hash of the last config accepted in this process; `""` asks for the full config. */
  readonly configHash: string;
  /** Hash of the controller's last config while that is one which was refused: it is not to be sent again. */
  readonly refusedHash: string | undefined;
  readonly phase: "idle" | "fetching";
  /** A trigger came while a fetch was running: the next one follows at once. */
  readonly again: boolean;
  /** The UUID changed while a fetch was running: what it brings is for the old one. */
  readonly stale: boolean;
  /** Maintenance mode was left while a fetch was running: the next request asks for the full config. */
  readonly askForAll: boolean;
  /** `timer.config.interval` */
  readonly intervalMs: number;
  /** Rotates the ports. */
  readonly iteration: number;
  readonly lastResult: ConfigResult | undefined;
  /** A config was received and not refused, or a 304 came. */
  readonly configReceived: boolean;
  readonly readSaved: boolean;
  readonly configGetStatus: number;
  /** The value this program set last; 0 = none. */
  readonly led: number;
  /** When the config in force took over, as far as `lastconfig` holds it. */
  readonly lastConfigChange: number | undefined;
  /** That change is in `.bak`. */
  readonly backedUp: boolean;
  /** Earliest time for `client getUuid`. */
  readonly nextGetUuid: number;
  /** The controller has asked for this wait (`Retry-After`); no request before `notBefore`. */
  readonly retryAfterMs: number | undefined;
  readonly notBefore: number;
  /** While a LOC is asked: what the controller's answer comes to if that can't stand in. */
  readonly fallback: Fallback | undefined;
  /** The LOC has stood in since the controller's last good answer. */
  readonly standsIn: boolean;
}

/** The end of a fetch that waits for the answer of a LOC. */
export interface Fallback {
  readonly result: ConfigResult;
  readonly led: number;
  readonly configGetStatus: number;
  readonly effects: readonly LoopEffect[];
}

/** What the loop looks up at each event. */
export interface LoopSettings {
  /** `timer.test.baseimage.update`: how long a config must have run before it becomes the backup, in milliseconds. */
  readonly backUpAfterMs: number;
  /** The URL of a local operator console is known; only looked up where that counts. */
  readonly hasLoc: () => boolean;
}

/** What happens to the loop. */
export type LoopEvent =
  /** The program is ready for the first fetch. */
  | { readonly kind: "start" }
  /** The timer of the last `schedule` effect. */
  | { readonly kind: "tick" }
  | { readonly kind: "trigger"; readonly reason: TriggerReason }
  /** Another message than the config request was answered with 404. */
  | { readonly kind: "not-found" }
  | { readonly kind: "interval"; readonly intervalMs: number }
  | {
    readonly kind: "fetched";
    readonly outcome: Outcome;
    /** `NodeAgentStatus.UpdateInprogress` */
    readonly updateInprogress: boolean;
    /** At least one attestation quote was sent in this run. */
    readonly quoteSent: boolean;
    /** The request carried the token that is still the current one, and no attestation is under way. */
    readonly tokenIsCurrent: boolean;
  }
  /** The answer to `ask-loc`. */
  | { readonly kind: "loc-answered"; readonly outcome: Outcome }
  /** The answer to `apply`. */
  | { readonly kind: "applied"; readonly result: ConfigResult; readonly configHash: string }
  /** The answer to `load-saved`: which file it came from. */
  | { readonly kind: "saved"; readonly from: "primary" | "backup" | undefined };

/** What the runner does, in order. */
export type LoopEffect =
  | { readonly kind: "fetch"; readonly configHash: string; readonly iteration: number }
  /** Asks the local operator console in place of the controller. */
  | { readonly kind: "ask-loc"; readonly configHash: string; readonly iteration: number }
  /** One timer; a new one replaces the old. The delay is uniform in [low, high). */
  | { readonly kind: "schedule"; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: "cancel-timer" }
  | {
    readonly kind: "apply";
    readonly config: EdgeDevConfig;
    readonly configHash: string;
    readonly envelope: Uint8Array;
  }
  /** Keeps the envelope of the last `apply` as `lastconfig`. */
  | { readonly kind: "save" }
  | { readonly kind: "back-up" }
  | { readonly kind: "load-saved" }
  | { readonly kind: "led"; readonly value: number }
  | { readonly kind: "publish-status"; readonly configGetStatus: number }
  | { readonly kind: "request-certs" }
  | { readonly kind: "restart-attestation" }
  | { readonly kind: "get-uuid" }
  | { readonly kind: "request-device-info" }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly text: string }
  /** A warning, but for airgap mode. */
  | { readonly kind: "log-failed-send"; readonly text: string };

/** The answer of the reducer. */
export interface LoopStep {
  readonly state: LoopState;
  readonly effects: readonly LoopEffect[];
}
