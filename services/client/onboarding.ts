/**
 * Onboarding as a pure reducer: certificates, registration, UUID, over and over until the controller says who the device
 * is (`docs/spec/client.md §8–10, 13`). Where it does better than the original, the weak spot is named (W1–W17).
 */
import { LedBlink } from "../topics/mod.ts";
import type {
  CertsResult,
  OnboardingEffect,
  OnboardingEvent,
  TimerName,
  UuidResult,
} from "./onboarding_events.ts";
import {
  afterCerts,
  Draft,
  duePass,
  endPass,
  finishWithPrevious,
  holdBack,
  mayAsk,
  networkPass,
  nextBackoff,
  restartBackoff,
  startPass,
} from "./onboarding_pass.ts";
import { reasonLeds } from "./failure_reason.ts";
import { gateOpen, networkWorks, type OnboardingState, times } from "./onboarding_state.ts";
import { delayRange } from "../../controllerconn/mod.ts";
import type { Outcome } from "./outcome.ts";
import { certsRetry } from "./retry_policies.ts";

/** The reducer's answer. */
export interface Step {
  readonly state: OnboardingState;
  readonly effects: readonly OnboardingEffect[];
}

/**
 * One event. Pure.
 * @param now milliseconds on a clock that never goes back
 */
export function onboard(state: OnboardingState, event: OnboardingEvent, now: number): Step {
  const draft = new Draft(state, now);
  if (!state.finished) handle(draft, event);
  return { state: draft.state, effects: draft.effects };
}

function handle(draft: Draft, event: OnboardingEvent): void {
  switch (event.kind) {
    case "started":
      restartBackoff(draft);
      draft.setTimer("offline", times.offline);
      return draft.setTimer("patience", times.patience);
    case "network":
      return onNetwork(draft, event.usableAddresses, event.state);
    case "server":
      return onServer(draft, event.server);
    case "timer":
      return onTimer(draft, event.timer, event.checkpoint);
    case "certs": {
      const request = draft.take(event.id);
      return request === undefined ? undefined : onCerts(draft, event.result, request.refetch);
    }
    case "registered":
      return draft.take(event.id) === undefined ? undefined : onRegistered(draft, event.outcome);
    case "uuid":
      return draft.take(event.id) === undefined ? undefined : onUuid(draft, event.result);
  }
}

function onNetwork(draft: Draft, usableAddresses: number, networkState: number): void {
  const wasOpen = gateOpen(draft.state);
  draft.set({ usableAddresses, networkState });
  if (!wasOpen && gateOpen(draft.state)) restartBackoff(draft);
  networkPass(draft);
}

function onServer(draft: Draft, server: string): void {
  if (server === "" || server === draft.state.server) return;
  draft.cancelRequest();
  draft.set({
    server,
    gotCerts: false,
    gotRegister: false,
    attempts: 0,
    told: undefined,
    notBefore: -Infinity,
    refused: false,
    networkPassDue: false,
  });
  restartBackoff(draft);
  startPass(draft);
}

function onTimer(draft: Draft, timer: TimerName, checkpoint: boolean): void {
  const { state } = draft;
  switch (timer) {
    case "tick":
      nextBackoff(draft);
      return startPass(draft);
    case "settle":
      draft.set({ settling: false });
      return networkPass(draft);
    case "refetch":
      // Otherwise a pass has fetched them, is under way, or does it when the gate opens.
      if (!state.gotCerts && state.request === undefined && mayAsk(draft)) {
        draft.request("fetchCerts", true);
      }
      return;
    case "offline":
      if (checkpoint && state.networkState !== networkWorks) finishWithPrevious(draft);
      return;
    case "patience":
      // A device that was deleted goes on registering; without that there is nothing to wait for (W12).
      if (checkpoint && !(state.operations.selfRegister && state.refused)) finishWithPrevious(draft);
      if (!draft.state.finished) draft.setTimer("patience", times.patience);
      return;
  }
}

function onCerts(draft: Draft, result: CertsResult, refetch: boolean): void {
  if (result.kind === "failed") {
    const { reason } = result;
    draft.set({ reason });
    draft.effect({
      kind: "setLed",
      blinkCounter: reason === undefined ? LedBlink.BadControllerCert : reasonLeds[reason],
    });
    holdBack(draft, result.retryAfterMs);
    return refetch ? duePass(draft) : endPass(draft);
  }
  draft.set({ gotCerts: true });
  if (!refetch) return afterCerts(draft);
  return result.changed ? startPass(draft) : duePass(draft);
}

function onRegistered(draft: Draft, outcome: Outcome): void {
  if (outcome.led !== undefined) draft.effect({ kind: "setLed", blinkCounter: outcome.led });
  holdBack(draft, outcome.retryAfterMs);
  const done = outcome.verdict === "success";
  draft.set({
    gotRegister: done,
    registerTold: !done && outcome.led !== undefined,
    reason: outcome.reason,
  });
  if (outcome.verdict !== "unreachable") draft.set({ refused: outcome.verdict === "refused" });
  if (draft.state.operations.getUuid) return draft.request("getUuid");
  return done ? draft.finish("registered") : endPass(draft);
}

function onUuid(draft: Draft, result: UuidResult): void {
  switch (result.kind) {
    case "accepted":
      draft.effect({ kind: "setLed", blinkCounter: LedBlink.Onboarded });
      return draft.finish("onboarded", result.answer);
    case "cert-miss":
      draft.set({ gotCerts: false });
      draft.setTimer("refetch", delayRange(certsRetry, 1));
      draft.effect({ kind: "setLed", blinkCounter: LedBlink.BadSignature });
      return endPass(draft);
    case "bad-envelope":
      draft.effect({ kind: "setLed", blinkCounter: LedBlink.BadSignature });
      return endPass(draft);
    case "unusable":
      return endPass(draft);
    case "failed": {
      const { verdict, led, reason, retryAfterMs } = result.outcome;
      holdBack(draft, retryAfterMs);
      if (!draft.state.registerTold) {
        draft.set({ reason });
        if (led !== undefined) draft.effect({ kind: "setLed", blinkCounter: led });
      }
      if (verdict !== "unreachable") draft.set({ refused: verdict === "refused" });
      return endPass(draft);
    }
  }
}
