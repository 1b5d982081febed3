/** Radio silence between zedagent, the wwan agent, and whoever switches Wi-Fi (`spec/nim.md §11.1`). */
import type { RadioSilence, WwanStatus } from "../../topics/mod.ts";
import type { Applied } from "../parts.ts";
import type { VerifyEvent } from "../verify/events.ts";
import { decideRadio, initialRadio, type RadioEvent, type RadioState } from "./radio_silence.ts";

/** See {@linkcode openRadio}. */
export interface Radio {
  readonly state: RadioState;
  requested(request: RadioSilence): void;
  /** Linux was brought to what is wanted, or was not. */
  applied(applied: Applied): void;
  /** One that was accepted. */
  wwanChanged(status: WwanStatus): void;
}

/** @param isObserving nobody switches Wi-Fi, so silence is not claimed */
export function openRadio(isObserving: boolean, happen: (event: VerifyEvent) => void): Radio {
  let state = initialRadio;
  let waiting: string | undefined;
  const decide = (event: RadioEvent) => {
    const [next, effects] = decideRadio(state, event);
    if (next === state) return;
    state = next;
    for (const { requestedAt } of effects) waiting = requestedAt;
    happen({ kind: "radio", silence: state.status, radioOff: state.wanted.Imposed });
    if (isObserving && waiting !== undefined) {
      tell("nim only observes: no radio is switched");
    }
  };
  const tell = (error: string) => {
    if (waiting === undefined) return;
    const requestedAt = waiting;
    waiting = undefined;
    decide({ kind: "applied", requestedAt, error });
  };
  return {
    get state() {
      return state;
    },
    requested: (request) => decide({ kind: "requested", request }),
    applied: ({ failing }) => tell(failing.find(({ item }) => item === "radio")?.error ?? ""),
    wwanChanged: (status) => decide({ kind: "wwan-status", status }),
  };
}
