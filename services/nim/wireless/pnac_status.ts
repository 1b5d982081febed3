/** State of 802.1X as it is published (`spec/nim.md §11.3`). Pure. */
import { goErrorAndTime, goTimeOf, type PNACStatus, zeroTime } from "../../topics/mod.ts";

/** `PNACStatus.State` */
export const SupplicantState = {
  unspecified: 0,
  disconnected: 1,
  connecting: 2,
  authenticating: 3,
  authenticated: 4,
  failed: 5,
  held: 6,
} as const;

/** What the script of wpa_cli has written. */
export interface PnacState {
  readonly isConnected: boolean;
  /** Seconds since 1970. */
  readonly since: number;
}

/** Text of `/run/nim/pnac.state/IF`; undefined if it is none. */
export function parsePnacState(text: string): PnacState | undefined {
  const state = /^STATE: (CONNECTED|DISCONNECTED)$/m.exec(text)?.[1];
  const since = /^TIMESTAMP: (\d{1,12})$/m.exec(text)?.[1];
  if (state === undefined || since === undefined) return undefined;
  return { isConnected: state === "CONNECTED", since: Number(since) };
}

/** What `wpa_cli status` calls the states of the port's supplicant. */
const paeStates: Readonly<Record<string, number>> = {
  LOGOFF: SupplicantState.disconnected,
  DISCONNECTED: SupplicantState.disconnected,
  CONNECTING: SupplicantState.connecting,
  RESTART: SupplicantState.authenticating,
  AUTHENTICATING: SupplicantState.authenticating,
  AUTHENTICATED: SupplicantState.authenticated,
  S_FORCE_AUTH: SupplicantState.authenticated,
  HELD: SupplicantState.held,
};

/** From the output of `wpa_cli status`; a failed exchange counts until the next begins. */
export function parseSupplicantState(output: string): number {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(output)?.[1]?.trim() ?? "";
  const state = paeStates[value("Supplicant PAE state")] ?? SupplicantState.unspecified;
  const isOver = state === SupplicantState.held || state === SupplicantState.connecting;
  return isOver && value("EAP state") === "FAILURE" ? SupplicantState.failed : state;
}

/** What is known of one port. */
export interface PnacFacts {
  readonly state?: PnacState;
  /** Of {@linkcode parseSupplicantState}; it is finer than the events. */
  readonly supplicant?: number;
  /** Why nothing can be authenticated, a missing certificate; empty if nothing is wrong. */
  readonly error: string;
  /** The same error keeps its time. */
  readonly previous?: Omit<PNACStatus, "Enabled">;
}

/** @param now Go time text */
export function pnacStatus(facts: PnacFacts, now: string): Omit<PNACStatus, "Enabled"> {
  const { state, supplicant = SupplicantState.unspecified, error, previous } = facts;
  const known = previous ?? { LastAuthTimestamp: zeroTime, Error: goErrorAndTime.zero() };
  const fromEvents = state === undefined
    ? SupplicantState.unspecified
    : state.isConnected
    ? SupplicantState.authenticated
    : SupplicantState.disconnected;
  return {
    State: supplicant === SupplicantState.unspecified ? fromEvents : supplicant,
    LastAuthTimestamp: state?.isConnected === true
      ? goTimeOf({ seconds: state.since, nanoseconds: 0 })
      : known.LastAuthTimestamp,
    Error: error === ""
      ? goErrorAndTime.zero()
      : known.Error.Error === error
      ? known.Error
      : goErrorAndTime.make({
        Error: error,
        ErrorTime: now,
        ErrorSeverity: 3,
      }),
  };
}
