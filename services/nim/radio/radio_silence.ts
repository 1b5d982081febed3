/** Switching all radios off and on again, asked for by zedagent, answered in `DeviceNetworkStatus` (`spec/nim.md §11.1`). Pure. */
import {
  compareTimes,
  goRadioSilence,
  type RadioSilence,
  WWAN_RADIO_OFF,
  type WwanNetworkStatus,
  type WwanStatus,
} from "../../topics/mod.ts";

/** See {@linkcode initialRadio}. */
export interface RadioState {
  /** The last request that could be acted on: what Wi-Fi and modems are to do. */
  readonly wanted: RadioSilence;
  /** What is published: how far that came. */
  readonly status: RadioSilence;
}

/** Nothing asked for. */
export const initialRadio: RadioState = { wanted: goRadioSilence.zero(), status: goRadioSilence.zero() };

export type RadioEvent =
  /** Of `ZedAgentStatus`. */
  | { readonly kind: "requested"; readonly request: RadioSilence }
  /** What `rfkill` came to for the request of that time; `error` is empty if it did. */
  | { readonly kind: "applied"; readonly requestedAt: string; readonly error: string }
  /** One that was accepted. */
  | { readonly kind: "wwan-status"; readonly status: WwanStatus };

/** Bring Wi-Fi and modems to `wanted`; the answer is an `applied` event. */
export interface ApplyRadio {
  readonly kind: "apply-radio";
  readonly off: boolean;
  readonly requestedAt: string;
}

/** No configuration is verified while it lasts. */
export function isSilent({ status }: Pick<RadioState, "status">): boolean {
  return status.Imposed && !status.ChangeInProgress;
}

/** A request counts once: only one made later than the last is looked at. */
export function decideRadio(state: RadioState, event: RadioEvent): [RadioState, ApplyRadio[]] {
  switch (event.kind) {
    case "requested":
      return requested(state, event.request);
    case "applied":
      return [applied(state, event), []];
    case "wwan-status":
      return [state.status.ChangeInProgress ? finished(state, event.status) : state, []];
  }
}

/** A request that zedagent itself found wrong is told back and changes nothing. */
function requested(state: RadioState, request: RadioSilence): [RadioState, ApplyRadio[]] {
  const { ChangeRequestedAt, ConfigError } = request;
  if (compareTimes(ChangeRequestedAt, state.status.ChangeRequestedAt) <= 0) return [state, []];
  const { Imposed } = state.status;
  if (ConfigError !== "") {
    const status = { Imposed, ChangeInProgress: false, ChangeRequestedAt, ConfigError };
    return [{ ...state, status }, []];
  }
  const ChangeInProgress = request.Imposed !== state.wanted.Imposed;
  return [
    { wanted: request, status: { Imposed, ChangeInProgress, ChangeRequestedAt, ConfigError: "" } },
    [{ kind: "apply-radio", off: request.Imposed, requestedAt: ChangeRequestedAt }],
  ];
}

/** Radios that could not be switched are not silent; modems are not waited for any more. */
function applied(
  state: RadioState,
  { requestedAt, error }: Extract<RadioEvent, { kind: "applied" }>,
): RadioState {
  const isOfLast = compareTimes(requestedAt, state.status.ChangeRequestedAt) === 0;
  if (error === "" || !isOfLast) return state;
  const status = { ...state.status, Imposed: false, ChangeInProgress: false, ConfigError: error };
  return { ...state, status };
}

function finished(state: RadioState, { Networks }: WwanStatus): RadioState {
  const modems = Networks ?? [];
  const loud = state.wanted.Imposed ? modems.filter(({ Module }) => Module.OpMode !== WWAN_RADIO_OFF) : [];
  const errors = modems.flatMap((modem) => {
    if (modem.ConfigError !== "") return [`${nameOf(modem)}: ${modem.ConfigError}`];
    return loud.includes(modem) ? [`${nameOf(modem)}: ${stillOn(modem)}`] : [];
  });
  return {
    ...state,
    status: {
      ...state.status,
      Imposed: state.wanted.Imposed && loud.length === 0,
      ChangeInProgress: false,
      ConfigError: errors.join("\n"),
    },
  };
}

function nameOf({ LogicalLabel, PhysAddrs }: WwanNetworkStatus): string {
  return LogicalLabel === "" ? PhysAddrs.Interface : LogicalLabel;
}

function stillOn({ Module }: WwanNetworkStatus): string {
  return `expected modem ${Module.Name} to be ${WWAN_RADIO_OFF}, it is ${
    Module.OpMode || "in no known state"
  }`;
}
