/**
 * Onboarding as a pure reducer: certificates, registration, UUID, over and over until the controller says who the device
 * is (`docs/spec/client.md §8–10, 13`). Where it does better than the original, the weak spot is named (W1–W17).
 */
import { LedBlink } from "../topics/mod.ts";
import type { Outcome } from "./outcome.ts";
import type {
  CertsResult,
  Ending,
  OnboardingEffect,
  OnboardingEvent,
  RequestKind,
  TimerName,
  UuidResult,
} from "./onboarding_events.ts";
import {
  gateOpen,
  networkWorks,
  type OnboardingState,
  type RequestUnderWay,
  times,
} from "./onboarding_state.ts";
import type { UuidAnswer } from "./uuid_answer.ts";

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

/** The state and effects of one event while they are being put together. */
class Draft {
  readonly effects: OnboardingEffect[] = [];

  constructor(public state: OnboardingState, readonly now: number) {}

  set(change: Partial<OnboardingState>): void {
    this.state = { ...this.state, ...change };
  }

  effect(effect: OnboardingEffect): void {
    this.effects.push(effect);
  }

  /** The request with this id if it is still wanted; it is over now. */
  take(id: number): RequestUnderWay | undefined {
    const request = this.state.request;
    if (request?.id !== id) return undefined;
    this.set({ request: undefined });
    return request;
  }

  request(kind: RequestKind, refetch = false): void {
    const id = this.state.lastRequestId + 1;
    this.set({ lastRequestId: id, request: { id, kind, refetch } });
    this.effect({ kind, id, server: this.state.server, iteration: this.state.attempts });
  }

  cancelRequest(): void {
    if (this.state.request === undefined) return;
    this.set({ request: undefined });
    this.effect({ kind: "cancelRequest" });
  }

  finish(ending: Ending, answer?: UuidAnswer): void {
    this.cancelRequest();
    this.set({ finished: true });
    this.effect({ kind: "finish", ending, ...(answer === undefined ? {} : { answer }) });
  }
}

function handle(draft: Draft, event: OnboardingEvent): void {
  switch (event.kind) {
    case "started":
      restartBackoff(draft);
      draft.effect({ kind: "setTimer", timer: "offline", delayMs: times.offline });
      return draft.effect({ kind: "setTimer", timer: "patience", delayMs: times.patience });
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
      if (!state.gotCerts && state.request === undefined && gateOpen(state)) {
        draft.request("fetchCerts", true);
      }
      return;
    case "offline":
      if (checkpoint && state.networkState !== networkWorks) finishWithPrevious(draft);
      return;
    case "patience":
      // A device that was deleted goes on registering; without that there is nothing to wait for (W12).
      if (checkpoint && !(state.operations.selfRegister && state.refused)) finishWithPrevious(draft);
      if (!draft.state.finished) {
        draft.effect({ kind: "setTimer", timer: "patience", delayMs: times.patience });
      }
      return;
  }
}

function onCerts(draft: Draft, result: CertsResult, refetch: boolean): void {
  if (result.kind === "failed") {
    draft.effect({ kind: "setLed", blinkCounter: LedBlink.BadControllerCert });
    return refetch ? duePass(draft) : endPass(draft);
  }
  draft.set({ gotCerts: true });
  if (!refetch) return afterCerts(draft);
  return result.changed ? startPass(draft) : duePass(draft);
}

function onRegistered(draft: Draft, outcome: Outcome): void {
  if (outcome.led !== undefined) draft.effect({ kind: "setLed", blinkCounter: outcome.led });
  const done = outcome.verdict === "success";
  draft.set({ gotRegister: done, registerTold: !done && outcome.led !== undefined });
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
      draft.effect({ kind: "setTimer", timer: "refetch", delayMs: times.refetch });
      draft.effect({ kind: "setLed", blinkCounter: LedBlink.BadSignature });
      return endPass(draft);
    case "bad-envelope":
      draft.effect({ kind: "setLed", blinkCounter: LedBlink.BadSignature });
      return endPass(draft);
    case "unusable":
      return endPass(draft);
    case "failed": {
      const { verdict, led } = result.outcome;
      if (led !== undefined && !draft.state.registerTold) draft.effect({ kind: "setLed", blinkCounter: led });
      if (verdict !== "unreachable") draft.set({ refused: verdict === "refused" });
      return endPass(draft);
    }
  }
}

/** One pass: certificates unless known, registration unless done, UUID. A pass under way goes on instead. */
function startPass(draft: Draft): void {
  if (draft.state.request !== undefined || !gateOpen(draft.state)) return;
  draft.set({ registerTold: false });
  if (draft.state.gotCerts) afterCerts(draft);
  else draft.request("fetchCerts");
}

function afterCerts(draft: Draft): void {
  const { operations, gotRegister } = draft.state;
  if (operations.selfRegister && !gotRegister) draft.request("register");
  else if (operations.getUuid) draft.request("getUuid");
  else endPass(draft);
}

function endPass(draft: Draft): void {
  const attempts = draft.state.attempts + 1;
  draft.set({ attempts });
  const { retries } = draft.state.operations;
  if (retries !== 0 && attempts > retries) return draft.finish("retries-exceeded");
  duePass(draft);
}

function duePass(draft: Draft): void {
  if (!draft.state.networkPassDue) return;
  draft.set({ networkPassDue: false });
  networkPass(draft);
}

/** The pass that a network message asks for; a burst of messages gets one at once and one when it has settled. */
function networkPass(draft: Draft): void {
  const { state, now } = draft;
  if (!gateOpen(state)) return;
  if (state.request !== undefined) return draft.set({ networkPassDue: true });
  const wait = state.lastNetworkPass === undefined ? 0 : state.lastNetworkPass + times.settle - now;
  if (wait <= 0) {
    draft.set({ lastNetworkPass: now });
    return startPass(draft);
  }
  if (state.settling) return;
  draft.set({ settling: true });
  draft.effect({ kind: "setTimer", timer: "settle", delayMs: wait });
}

function restartBackoff(draft: Draft): void {
  draft.set({ backoffMs: times.firstBackoff });
  nextBackoff(draft);
}

function nextBackoff(draft: Draft): void {
  const delayMs = draft.state.backoffMs;
  draft.effect({ kind: "setTimer", timer: "tick", delayMs });
  draft.set({ backoffMs: Math.min(2 * delayMs, times.longestBackoff) });
}

function finishWithPrevious(draft: Draft): void {
  const { operations, previous } = draft.state;
  if (!operations.getUuid || previous === undefined) return;
  draft.finish("cached", { uuid: previous.uuid });
}
