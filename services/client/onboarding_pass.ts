/** The steps of a pass of onboarding, and the delays between passes; part of the reducer in `onboarding.ts`. Pure. */
import type { Ending, OnboardingEffect, RequestKind, TimerName } from "./onboarding_events.ts";
import { type DelayRange, delayRange, honouredMs } from "../../controllerconn/mod.ts";
import { gateOpen, type OnboardingState, type RequestUnderWay, times } from "./onboarding_state.ts";
import { passRetry } from "./retry_policies.ts";
import type { UuidAnswer } from "./uuid_answer.ts";

/** The state and effects of one event while they are being put together. */
export class Draft {
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

  /** @param delay in milliseconds, or the range that it is drawn from */
  setTimer(timer: TimerName, delay: number | DelayRange): void {
    const { lowMs, highMs } = typeof delay === "number" ? { lowMs: delay, highMs: delay } : delay;
    this.effect({ kind: "setTimer", timer, lowMs, highMs });
  }

  finish(ending: Ending, answer?: UuidAnswer): void {
    this.cancelRequest();
    this.set({ finished: true });
    const reason = ending === "retries-exceeded" ? this.state.reason : undefined;
    this.effect({
      kind: "finish",
      ending,
      ...(answer === undefined ? {} : { answer }),
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

/** The network is there and the controller has not asked for patience. */
export function mayAsk({ state, now }: Draft): boolean {
  return gateOpen(state) && now >= state.notBefore;
}

/** One pass: certificates unless known, registration unless done, UUID. A pass under way goes on instead. */
export function startPass(draft: Draft): void {
  if (draft.state.request !== undefined || !mayAsk(draft)) return;
  draft.set({ registerTold: false, reason: undefined });
  if (draft.state.gotCerts) afterCerts(draft);
  else draft.request("fetchCerts");
}

/** The next step of a pass that has certificates. */
export function afterCerts(draft: Draft): void {
  const { operations, gotRegister } = draft.state;
  if (operations.selfRegister && !gotRegister) draft.request("register");
  else if (operations.getUuid) draft.request("getUuid");
  else endPass(draft);
}

/** A pass that did not succeed: counts it, and gives up when the retries are used up (W9). */
export function endPass(draft: Draft): void {
  const attempts = draft.state.attempts + 1;
  draft.set({ attempts });
  tellReason(draft);
  const { retries } = draft.state.operations;
  if (retries !== 0 && attempts > retries) return draft.finish("retries-exceeded");
  duePass(draft);
}

function tellReason(draft: Draft): void {
  const { reason, told } = draft.state;
  if (reason === undefined || reason === told) return;
  draft.set({ told: reason });
  draft.effect({ kind: "tell", reason });
}

/** The pass of a network message that came while a request was under way. */
export function duePass(draft: Draft): void {
  if (!draft.state.networkPassDue) return;
  draft.set({ networkPassDue: false });
  networkPass(draft);
}

/** The pass that a network message asks for; a burst of messages gets one at once and one when it has settled. */
export function networkPass(draft: Draft): void {
  const { state, now } = draft;
  if (!mayAsk(draft)) return;
  if (state.request !== undefined) return draft.set({ networkPassDue: true });
  const wait = state.lastNetworkPass === undefined ? 0 : state.lastNetworkPass + times.settle - now;
  if (wait <= 0) {
    draft.set({ lastNetworkPass: now });
    return startPass(draft);
  }
  if (state.settling) return;
  draft.set({ settling: true });
  draft.setTimer("settle", wait);
}

/** The next tick after the first delay, as at the start. */
export function restartBackoff(draft: Draft): void {
  draft.set({ ticks: 0 });
  nextBackoff(draft);
}

/** Sets the next tick. */
export function nextBackoff(draft: Draft): void {
  const ticks = draft.state.ticks + 1;
  draft.set({ ticks });
  draft.setTimer("tick", delayRange(passRetry, ticks));
}

/** `Retry-After`: the tick that is set comes no sooner, and what happens before it begins no pass. */
export function holdBack(draft: Draft, retryAfterMs: number | undefined): void {
  const wait = honouredMs(passRetry, retryAfterMs);
  if (wait === undefined) return;
  draft.set({ notBefore: Math.max(draft.state.notBefore, draft.now + wait) });
  draft.setTimer("tick", delayRange(passRetry, draft.state.ticks, draft.state.notBefore - draft.now));
}

/** Ends the run with the identity of an earlier one, if there is one and it was asked for. */
export function finishWithPrevious(draft: Draft): void {
  const { operations, previous } = draft.state;
  if (!operations.getUuid || previous === undefined) return;
  draft.finish("cached", { uuid: previous.uuid });
}
