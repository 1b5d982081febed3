/**
 * The config loop: when to ask, and what an answer means for status, LED, certificates, attestation and checkpoint
 * (`spec/zedagent.md §4.1, 4.3, 4.4, 4.6, 5.2`). Pure.
 */
import { delayRange, honouredMs, scheduleMs } from "../../../controllerconn/mod.ts";
import { ConfigGetStatus, LedBlink } from "../../topics/mod.ts";
import { configRetry, uuidRetry } from "../retry_policies.ts";
import type { ConfigResult, LoopEffect, LoopEvent, LoopSettings, LoopState, LoopStep } from "./loop_types.ts";
import type { FailureKind, Outcome } from "./outcome.ts";

/** Pause between two runs of `client getUuid`, in milliseconds. */
export const getUuidPauseMs = scheduleMs(uuidRetry.schedule, 1);

/** @param now monotonic milliseconds */
export function initialLoop(intervalMs: number, now: number): LoopState {
  return {
    configHash: "",
    refusedHash: undefined,
    phase: "idle",
    again: false,
    stale: false,
    askForAll: false,
    intervalMs,
    iteration: 0,
    lastResult: undefined,
    configReceived: false,
    readSaved: false,
    configGetStatus: ConfigGetStatus.None,
    led: 0,
    lastConfigChange: undefined,
    backedUp: false,
    nextGetUuid: now + getUuidPauseMs,
    retryAfterMs: undefined,
    notBefore: -Infinity,
    fallback: undefined,
    standsIn: false,
  };
}

/** One step. @param now monotonic milliseconds */
export function configLoop(
  state: LoopState,
  event: LoopEvent,
  now: number,
  { backUpAfterMs, hasLoc }: LoopSettings,
): LoopStep {
  switch (event.kind) {
    case "start":
      return fetchNow(state, []);
    case "tick": {
      const due = dueBackup(state, now, backUpAfterMs);
      return fetchNow(due.state, due.effects);
    }
    case "not-found":
      return askForUuid(state, now);
    case "interval":
      if (event.intervalMs === state.intervalMs) return { state, effects: [] };
      return fetchSoon({ ...state, intervalMs: event.intervalMs }, now);
    case "trigger":
      switch (event.reason) {
        case "left-maintenance":
          return fetchSoon({ ...forgetHashes(state), askForAll: state.phase === "fetching" }, now);
        case "new-uuid":
          return fetchSoon({ ...forgetHashes(state), stale: state.phase === "fetching" }, now);
        default:
          return fetchSoon(state, now);
      }
    case "fetched":
      return fetched(state, event, now, hasLoc);
    case "loc-answered":
      return locAnswered(state, event.outcome);
    case "applied":
      return applied(state, event.result, event.configHash, now, hasLoc);
    case "saved":
      return saved(state, event.from, now, hasLoc);
  }
}

/** The next answer is a full config. */
function forgetHashes(state: LoopState): LoopState {
  return { ...state, configHash: "", refusedHash: undefined };
}

/** At once, unless the controller has asked for patience: then the tick that is set will do. */
function fetchSoon(state: LoopState, now: number): LoopStep {
  return now < state.notBefore ? { state, effects: [] } : fetchNow(state, []);
}

function fetchNow(state: LoopState, before: readonly LoopEffect[]): LoopStep {
  if (state.phase === "fetching") return { state: { ...state, again: true }, effects: before };
  return {
    state: {
      ...state,
      phase: "fetching",
      again: false,
      iteration: state.iteration + 1,
      retryAfterMs: undefined,
      configGetStatus: ConfigGetStatus.ConfigGetFail,
    },
    effects: [...before, { kind: "cancel-timer" }, {
      kind: "fetch",
      configHash: state.refusedHash ?? state.configHash,
      iteration: state.iteration,
    }],
  };
}

function fetched(
  state: LoopState,
  event: Extract<LoopEvent, { kind: "fetched" }>,
  now: number,
  hasLoc: () => boolean,
): LoopStep {
  const { outcome } = event;
  if (outcome.kind === "aborted") return { state: { ...state, phase: "idle", again: false }, effects: [] };
  if (state.stale) return finish({ ...state, stale: false }, undefined, []);
  switch (outcome.kind) {
    case "not-modified":
    case "same-hash":
      return unchanged(state, outcome.kind);
    case "config":
      return apply(state, outcome);
    case "invalid": {
      const { led } = outcome;
      const { now, later } = refusal(outcome);
      return orAskLoc(state, { ...state, led }, "invalidConfig", now, later, hasLoc);
    }
    case "failed":
      return failed(state, outcome, event, now, hasLoc);
  }
}

function apply(
  state: LoopState,
  { config, configHash, envelope }: Extract<Outcome, { kind: "config" }>,
): LoopStep {
  return { state, effects: [{ kind: "apply", config, configHash, envelope }] };
}

function refusal({ led, reason, requestCerts }: Extract<Outcome, { kind: "invalid" }>) {
  const later: LoopEffect[] = [{ kind: "log", level: "error", text: reason }, { kind: "led", value: led }];
  const now: LoopEffect[] = requestCerts ? [{ kind: "request-certs" }] : [];
  return { later, now };
}

/**
 * What the controller's answer comes to: the end of the fetch or, where a LOC can be asked, what waits for its answer.
 * @param next the state at the end @param now what is done in either case @param later what a LOC that stands in spares
 */
function orAskLoc(
  state: LoopState,
  next: LoopState,
  result: ConfigResult,
  now: readonly LoopEffect[],
  later: readonly LoopEffect[],
  hasLoc: () => boolean,
): LoopStep {
  if (state.fallback !== undefined || !hasLoc()) return finish(next, result, [...later, ...now]);
  const { led, configGetStatus } = next;
  return {
    state: {
      ...next,
      led: state.led,
      configGetStatus: ConfigGetStatus.ConfigGetFail,
      fallback: { result, led, configGetStatus, effects: later },
    },
    effects: [...now, { kind: "ask-loc", configHash: next.configHash, iteration: next.iteration }],
  };
}

/** As the controller's, but that a LOC which fails leaves things as the controller has left them. */
function locAnswered(state: LoopState, outcome: Outcome): LoopStep {
  const { fallback } = state;
  if (outcome.kind === "aborted" || fallback === undefined) {
    return { state: { ...state, phase: "idle", again: false, fallback: undefined }, effects: [] };
  }
  if (state.stale) return finish({ ...state, stale: false }, undefined, []);
  switch (outcome.kind) {
    case "failed": {
      const { led, configGetStatus, result, effects } = fallback;
      return finish({ ...state, led, configGetStatus }, result, [...effects, {
        kind: "log-failed-send",
        text: outcome.reason,
      }]);
    }
    case "invalid":
      return finish({ ...state, led: outcome.led }, "invalidConfig", Object.values(refusal(outcome)).flat());
    default: {
      const step = outcome.kind === "config" ? apply(state, outcome) : unchanged(state, outcome.kind);
      if (state.standsIn) return step;
      const text = "the controller gives no configuration that can be used; the LOC stands in";
      return {
        state: { ...step.state, standsIn: true },
        effects: [...fallback.effects.filter(({ kind }) => kind !== "led"), {
          kind: "log",
          level: "warn",
          text,
        }, ...step.effects],
      };
    }
  }
}

function unchanged(state: LoopState, kind: "not-modified" | "same-hash"): LoopStep {
  // Nothing but a refused config in this run: reached, but without a configuration to run.
  if (state.refusedHash !== undefined && !state.configReceived && !state.readSaved) {
    return finish(state, state.lastResult, []);
  }
  const next = { ...state, configReceived: true, configGetStatus: ConfigGetStatus.ConfigGetSuccess };
  if (kind === "same-hash" && state.led === LedBlink.Onboarded) return finish(next, "configOK", []);
  return finish({ ...next, led: LedBlink.Onboarded }, "configOK", [{
    kind: "led",
    value: LedBlink.Onboarded,
  }]);
}

const failureLed: Readonly<Record<FailureKind, number>> = {
  "forbidden": LedBlink.Connecting,
  "not-found": LedBlink.Connected,
  "unauthorized": LedBlink.Connecting,
  "temporary": LedBlink.Connected,
  "server-cert-invalid": LedBlink.Connected,
  "cert-miss": LedBlink.Connecting,
  "other": LedBlink.Connecting,
};
/** The controller was reached, or would be: not the fault of an update that is being tested. */
function isTemporary(failure: FailureKind, quoteSent: boolean): boolean {
  if (failure === "forbidden") return quoteSent;
  return failure === "not-found" || failure === "temporary" || failure === "server-cert-invalid";
}

function failed(
  state: LoopState,
  outcome: Extract<Outcome, { kind: "failed" }>,
  event: Extract<LoopEvent, { kind: "fetched" }>,
  now: number,
  hasLoc: () => boolean,
): LoopStep {
  const { failure, reason, retryAfterMs } = outcome;
  const later: LoopEffect[] = [{ kind: "log-failed-send", text: `config request failed: ${reason}` }];
  const effects: LoopEffect[] = [];
  let next: LoopState = {
    ...state,
    configGetStatus: event.updateInprogress && isTemporary(failure, event.quoteSent)
      ? ConfigGetStatus.ConfigGetTemporaryFail
      : ConfigGetStatus.ConfigGetFail,
  };
  const wait = honouredMs(configRetry(state.intervalMs), retryAfterMs);
  if (wait !== undefined) next = { ...next, retryAfterMs: wait, notBefore: now + wait, again: false };
  if (state.led === LedBlink.Onboarded) {
    const led = failureLed[failure];
    next = { ...next, led };
    later.push({ kind: "led", value: led });
  }
  if (failure === "forbidden" && event.quoteSent && event.tokenIsCurrent) {
    effects.push({ kind: "restart-attestation" });
  }
  if (failure === "cert-miss" || failure === "server-cert-invalid") effects.push({ kind: "request-certs" });
  if (mayBeDeleted(failure, event.quoteSent)) {
    const asked = askForUuid(next, now);
    next = asked.state;
    effects.push(...asked.effects);
  }
  if (!state.configReceived && !state.readSaved) {
    return { state: next, effects: [...later, ...effects, { kind: "load-saved" }] };
  }
  return orAskLoc(state, next, "configReqFailed", effects, later, hasLoc);
}

/** A 403 before any quote is what a device that still has to be attested gets; after one it may be a deleted device, too. */
function mayBeDeleted(failure: FailureKind, quoteSent: boolean): boolean {
  return failure === "not-found" || failure === "unauthorized" || failure === "forbidden" && quoteSent;
}

function askForUuid(state: LoopState, now: number): LoopStep {
  if (now < state.nextGetUuid) return { state, effects: [] };
  return { state: { ...state, nextGetUuid: now + getUuidPauseMs }, effects: [{ kind: "get-uuid" }] };
}

function applied(
  state: LoopState,
  result: ConfigResult,
  configHash: string,
  now: number,
  hasLoc: () => boolean,
): LoopStep {
  if (state.phase !== "fetching") return { state, effects: [] };
  if (state.stale) return finish({ ...state, stale: false }, undefined, []);
  const isFromLoc = state.fallback !== undefined;
  const known = { ...state, askForAll: false };
  if (result === "invalidConfig" || result === "obsoleteConfig") {
    const refusedHash = isFromLoc ? state.refusedHash : state.askForAll ? undefined : configHash;
    const next = { ...known, refusedHash, led: LedBlink.Connected };
    return orAskLoc(known, next, result, [], [{ kind: "led", value: LedBlink.Connected }], hasLoc);
  }
  const base = {
    ...known,
    configHash: state.askForAll ? "" : configHash,
    refusedHash: isFromLoc ? state.refusedHash : undefined,
  };
  return finish(
    {
      ...base,
      configReceived: true,
      configGetStatus: ConfigGetStatus.ConfigGetSuccess,
      led: LedBlink.Onboarded,
      lastConfigChange: now,
      backedUp: false,
    },
    result,
    [{ kind: "led", value: LedBlink.Onboarded }, { kind: "save" }],
  );
}

function saved(
  state: LoopState,
  from: "primary" | "backup" | undefined,
  now: number,
  hasLoc: () => boolean,
): LoopStep {
  if (from === undefined) return orAskLoc(state, state, "invalidConfig", [], [], hasLoc);
  return finish(
    {
      ...state,
      readSaved: true,
      configGetStatus: ConfigGetStatus.ConfigGetReadSaved,
      // While the device runs from `.bak`, `lastconfig` is under suspicion and must not replace it (W2).
      lastConfigChange: from === "primary" ? now : undefined,
      backedUp: false,
    },
    "configOK",
    [],
  );
}

/** Ends a fetch. @param result `undefined` where the fetch counts as none */
function finish(
  state: LoopState,
  result: ConfigResult | undefined,
  effects: readonly LoopEffect[],
): LoopStep {
  const all: LoopEffect[] = [...effects, {
    kind: "publish-status",
    configGetStatus: state.configGetStatus,
  }];
  if (result !== undefined && result !== state.lastResult) all.push({ kind: "request-device-info" });
  const isControllersOwn = state.fallback === undefined && result === "configOK";
  const idle: LoopState = {
    ...state,
    phase: "idle",
    lastResult: result ?? state.lastResult,
    fallback: undefined,
    standsIn: state.standsIn && !isControllersOwn,
  };
  if (state.again) return fetchNow(idle, all);
  return { state: idle, effects: [...all, schedule(idle)] };
}

function schedule(state: LoopState): LoopEffect {
  return { kind: "schedule", ...delayRange(configRetry(state.intervalMs), 1, state.retryAfterMs) };
}

function dueBackup(state: LoopState, now: number, backUpAfterMs: number): LoopStep {
  const { lastConfigChange } = state;
  if (lastConfigChange === undefined || state.backedUp || now - lastConfigChange <= backUpAfterMs) {
    return { state, effects: [] };
  }
  return { state: { ...state, backedUp: true }, effects: [{ kind: "back-up" }] };
}
