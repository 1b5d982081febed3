/**
 * The state machine of attestation (`spec/zedagent.md §13`, `spec/device-api.md §6.7`). Pure.
 *
 * Better than the reference (W7): an unexpected event is logged and changes nothing; a restart asked for on the way is acted
 * on at the next retry as well; without an answer of tpmmgr the nonce is published again; an answer that could not be verified
 * for want of the controller's certificates is asked for again as soon as they are there.
 */
import { AttestState, equalBytes } from "../../topics/mod.ts";

/** See {@linkcode attestation}. */
export interface AttestationState {
  /** One of `AttestState`. */
  readonly state: number;
  /** Why it does not go on; `""` when it does. */
  readonly error: string;
  /** A restart was asked for in a state that does not act on it. */
  readonly restartPending: boolean;
  /** The retry that is to come is for want of the controller's certificates. */
  readonly missesCertificates: boolean;
  /** From the controller; empty before. */
  readonly nonce: Uint8Array;
  /** From the controller; empty before. */
  readonly integrityToken: Uint8Array;
}

/** Where it begins. */
export const initialAttestation: AttestationState = {
  state: AttestState.StateNone,
  error: "",
  restartPending: false,
  missesCertificates: false,
  nonce: new Uint8Array(),
  integrityToken: new Uint8Array(),
};

/** What happens to it. */
export type AttestationEvent =
  /** Once at the start. */
  | { readonly kind: "initialize" }
  /** The controller answered 403 to a config request. */
  | { readonly kind: "restart" }
  | { readonly kind: "nonce-received"; readonly nonce: Uint8Array }
  /** tpmmgr has published a quote for this nonce. */
  | { readonly kind: "quote-received"; readonly nonce: Uint8Array }
  /** The quote was accepted, the token is stored, the vault keys are published. */
  | { readonly kind: "attest-successful"; readonly integrityToken: Uint8Array }
  | { readonly kind: "nonce-mismatch" | "quote-mismatch" | "no-quote-cert" }
  /** vaultmgr has published what there is to escrow. */
  | { readonly kind: "escrow-received" }
  /** vaultmgr has published nothing yet. */
  | { readonly kind: "no-escrow" }
  | { readonly kind: "escrow-recorded" }
  /** The controller knows another token. */
  | { readonly kind: "escrow-failed" }
  /** The request under way came to nothing. */
  | {
    readonly kind: "request-failed";
    readonly reason: string;
    /** What a refusal asked for. */
    readonly retryAfterMs?: number;
    /** The answer is signed with a certificate that is not known here. */
    readonly missesCertificates?: true;
  }
  /** Another set of the controller's certificates is stored. */
  | { readonly kind: "certificates-arrived" }
  | { readonly kind: "timer" };

/** What is to be done, in this order. */
export type AttestationEffect =
  | { readonly kind: "send-nonce-request" | "send-quote" }
  | { readonly kind: "send-escrow"; readonly integrityToken: Uint8Array }
  /** Unpublish what is there, then publish this one. */
  | { readonly kind: "publish-nonce"; readonly nonce: Uint8Array }
  /** In place of a running one, with the delay of `attestRetry`. */
  | { readonly kind: "start-timer"; readonly retryAfterMs?: number }
  | { readonly kind: "cancel-timer" }
  | { readonly kind: "log"; readonly level: "info" | "warn"; readonly text: string };

/** The next state, and what to do. */
export interface AttestationStep {
  readonly state: AttestationState;
  readonly effects: readonly AttestationEffect[];
}

const {
  StateNone,
  StateNonceWait,
  StateInternalQuoteWait,
  StateInternalEscrowWait,
  StateAttestWait,
  StateAttestEscrowWait,
  StateRestartWait,
  StateComplete,
} = AttestState;

/** One event. Requests are under way in states 1, 4 and 5 only, one at a time, and never while the timer runs. */
export function attestation(current: AttestationState, event: AttestationEvent): AttestationStep {
  switch (event.kind) {
    case "restart":
      return restart(current);
    case "timer":
      return retry(current);
    case "certificates-arrived":
      return current.missesCertificates ? retrySooner(current) : stay(current);
    case "initialize":
      return current.state === StateNone ? initialize(current) : unexpected(current, event);
    case "nonce-received":
      return current.state === StateNonceWait
        ? go({ ...current, nonce: event.nonce }, StateInternalQuoteWait, [
          { kind: "publish-nonce", nonce: event.nonce },
          { kind: "start-timer" },
        ])
        : unexpected(current, event);
    case "quote-received":
      if (current.state !== StateInternalQuoteWait || !equalBytes(current.nonce, event.nonce)) {
        return unexpected(current, event);
      }
      return go(current, StateAttestWait, [{ kind: "cancel-timer" }, { kind: "send-quote" }]);
    case "attest-successful":
      return current.state === StateAttestWait
        ? sendEscrow({ ...current, integrityToken: event.integrityToken })
        : unexpected(current, event);
    case "escrow-received":
      // In every other state the data is found when it is needed.
      return current.state === StateInternalEscrowWait ? sendEscrow(current) : stay(current);
    default:
      return isExpected(current.state, event) ? answered(current, event) : unexpected(current, event);
  }
}

type Answer = Exclude<
  AttestationEvent,
  {
    readonly kind:
      | "restart"
      | "timer"
      | "certificates-arrived"
      | "initialize"
      | "nonce-received"
      | "quote-received"
      | "attest-successful"
      | "escrow-received";
  }
>;

function isExpected(state: number, { kind }: Answer): boolean {
  switch (kind) {
    case "request-failed":
      return state === StateNonceWait || state === StateAttestWait || state === StateAttestEscrowWait;
    case "nonce-mismatch":
    case "quote-mismatch":
    case "no-quote-cert":
      return state === StateAttestWait;
    default:
      return state === StateAttestEscrowWait;
  }
}

function answered(current: AttestationState, event: Answer): AttestationStep {
  switch (event.kind) {
    case "request-failed":
      return {
        state: { ...current, error: event.reason, missesCertificates: event.missesCertificates ?? false },
        effects: [timerAfter(event)],
      };
    case "nonce-mismatch":
      return failed(current, "the controller knows another nonce than the one of the quote");
    case "quote-mismatch":
      return failed(current, "the controller does not accept the quote");
    case "no-quote-cert":
      return failed(current, "the controller has no certificate to check the quote with");
    case "escrow-failed":
      return failed(current, "the controller knows another integrity token than the one of the escrow");
    case "no-escrow":
      // Without a timer, unless there is a restart to act on.
      return go(current, StateInternalEscrowWait, [
        current.restartPending ? { kind: "start-timer" } : { kind: "cancel-timer" },
      ]);
    case "escrow-recorded":
      return current.restartPending
        ? go(current, StateRestartWait, [{ kind: "start-timer" }])
        : go(current, StateComplete, [{ kind: "log", level: "info", text: "attestation is complete" }]);
  }
}

function timerAfter({ retryAfterMs }: Extract<Answer, { kind: "request-failed" }>): AttestationEffect {
  return { kind: "start-timer", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function restart(current: AttestationState): AttestationStep {
  switch (current.state) {
    case StateNone:
      return initialize(current);
    case StateComplete:
      return go(current, StateRestartWait, [{ kind: "start-timer" }]);
    case StateInternalEscrowWait:
      // The only waiting state that has no timer of its own.
      return current.restartPending ? stay(current) : {
        state: { ...current, restartPending: true },
        effects: [{ kind: "start-timer" }],
      };
    default:
      return { state: { ...current, restartPending: true }, effects: [] };
  }
}

function retry(current: AttestationState): AttestationStep {
  const restarts = current.restartPending || current.state === StateRestartWait;
  if (restarts && current.state !== StateNone && current.state !== StateComplete) return initialize(current);
  switch (current.state) {
    case StateNonceWait:
      return initialize(current);
    case StateInternalQuoteWait:
      return {
        state: { ...current, error: "no AttestQuote from tpmmgr yet; the nonce is published again" },
        effects: [{ kind: "publish-nonce", nonce: current.nonce }, { kind: "start-timer" }],
      };
    case StateAttestWait:
      return { state: { ...current, missesCertificates: false }, effects: [{ kind: "send-quote" }] };
    case StateAttestEscrowWait:
      return {
        state: { ...current, missesCertificates: false },
        effects: [{ kind: "send-escrow", integrityToken: current.integrityToken }],
      };
    default:
      return unexpected(current, { kind: "timer" });
  }
}

function retrySooner(current: AttestationState): AttestationStep {
  const { state, effects } = retry(current);
  return {
    state,
    effects: [{ kind: "cancel-timer" }, ...effects.filter(({ kind }) => kind !== "cancel-timer")],
  };
}

/** The error stays until something has gone well. */
function initialize(current: AttestationState): AttestationStep {
  const { error } = current;
  return {
    state: { ...initialAttestation, state: StateNonceWait, error },
    effects: [{ kind: "cancel-timer" }, { kind: "send-nonce-request" }],
  };
}

function sendEscrow(current: AttestationState): AttestationStep {
  const { integrityToken } = current;
  return go(current, StateAttestEscrowWait, [{ kind: "cancel-timer" }, {
    kind: "send-escrow",
    integrityToken,
  }]);
}

function go(
  current: AttestationState,
  state: number,
  effects: readonly AttestationEffect[],
): AttestationStep {
  return { state: { ...current, state, error: "", missesCertificates: false }, effects };
}

function failed(current: AttestationState, error: string): AttestationStep {
  return { state: { ...current, state: StateRestartWait, error }, effects: [{ kind: "start-timer" }] };
}

function stay(state: AttestationState): AttestationStep {
  return { state, effects: [] };
}

function unexpected(current: AttestationState, event: AttestationEvent): AttestationStep {
  const name = Object.entries(AttestState).find(([, number]) => number === current.state)?.[0] ?? "?";
  const text = `attestation: ${event.kind} is not expected in state ${name}; it is ignored`;
  return { state: current, effects: [{ kind: "log", level: "warn", text }] };
}
