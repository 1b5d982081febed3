/**
 * The config loop: when to ask, and what an answer means for status, LED, certificates, attestation and checkpoint
 * (`spec/zedagent.md §4.1, 4.3, 4.6, 5.2`). Pure.
 */
import { delayRange, honouredMs, scheduleMs } from "../../../controllerconn/mod.ts";
import { ConfigGetStatus, LedBlink } from "../../topics/mod.ts";
import { configRetry, uuidRetry } from "../retry_policies.ts";
import type { ConfigResult, LoopEffect, LoopEvent, LoopState, LoopStep } from "./loop_types.ts";
import type { FailureKind, Outcome } from "./outcome.ts";

/** Pause between two runs of `client getUuid`, in milliseconds. */
export const getUuidPauseMs = scheduleMs(uuidRetry.schedule, 1);

/** @param now monotonic milliseconds */
export function initialLoop(intervalMs: number, now: number): LoopState {
  return {
    configHash: "",
    phase: "idle",
    again: false,
    stale: false,
    askForAll: false,
    intervalMs,
    iteration: 0,
    lastResult: undefined,
    configReceived: false,
    readSaved: false,
    refused: false,
    configGetStatus: ConfigGetStatus.None,
    led: 0,
    lastConfigChange: undefined,
    backedUp: false,
    nextGetUuid: now + getUuidPauseMs,
    retryAfterMs: undefined,
    notBefore: -Infinity,
  };
}

/**
 * One step.
 * @param now monotonic milliseconds
 * @param backUpAfterMs `timer.test.baseimage.update`: how long a config must have run before it becomes the backup
 */
export function configLoop(state: LoopState, event: LoopEvent, now: number, backUpAfterMs: number): LoopStep {
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
          return fetchSoon({ ...state, configHash: "", askForAll: state.phase === "fetching" }, now);
        case "new-uuid":
          return fetchSoon({ ...state, configHash: "", stale: state.phase === "fetching" }, now);
        default:
          return fetchSoon(state, now);
      }
    case "fetched":
      return fetched(state, event, now);
    case "applied":
      return applied(state, event.result, event.configHash, now);
    case "saved":
      return saved(state, event.from, now);
  }
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
      configHash: state.configHash,
      iteration: state.iteration,
    }],
  };
}

function fetched(
  state: LoopState,
  event: Extract<LoopEvent, { kind: "fetched" }>,
  now: number,
): LoopStep {
  const { outcome } = event;
  if (outcome.kind === "aborted") return { state: { ...state, phase: "idle", again: false }, effects: [] };
  if (state.stale) return finish({ ...state, stale: false }, undefined, []);
  switch (outcome.kind) {
    case "not-modified":
    case "same-hash":
      return unchanged(state, outcome.kind);
    case "config":
      return {
        state,
        effects: [{
          kind: "apply",
          config: outcome.config,
          configHash: outcome.configHash,
          envelope: outcome.envelope,
        }],
      };
    case "invalid":
      return finish(
        { ...state, led: outcome.led },
        "invalidConfig",
        [
          { kind: "log", level: "error", text: outcome.reason },
          { kind: "led", value: outcome.led },
          ...outcome.requestCerts ? [{ kind: "request-certs" } as const] : [],
        ],
      );
    case "failed":
      return failed(state, outcome, event, now);
  }
}

function unchanged(state: LoopState, kind: "not-modified" | "same-hash"): LoopStep {
  // Nothing but a refused config in this run: reached, but without a configuration to run.
  if (state.refused && !state.configReceived && !state.readSaved) return finish(state, state.lastResult, []);
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
): LoopStep {
  const { failure, reason, retryAfterMs } = outcome;
  const effects: LoopEffect[] = [{ kind: "log-failed-send", text: `config request failed: ${reason}` }];
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
    effects.push({ kind: "led", value: led });
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
    return { state: next, effects: [...effects, { kind: "load-saved" }] };
  }
  return finish(next, "configReqFailed", effects);
}

/** A 403 before any quote is what a device that still has to be attested gets; after one it may be a deleted device, too. */
function mayBeDeleted(failure: FailureKind, quoteSent: boolean): boolean {
  return failure === "not-found" || failure === "unauthorized" || failure === "forbidden" && quoteSent;
}

function askForUuid(state: LoopState, now: number): LoopStep {
  if (now < state.nextGetUuid) return { state, effects: [] };
  return { state: { ...state, nextGetUuid: now + getUuidPauseMs }, effects: [{ kind: "get-uuid" }] };
}

function applied(state: LoopState, result: ConfigResult, configHash: string, now: number): LoopStep {
  if (state.phase !== "fetching") return { state, effects: [] };
  if (state.stale) return finish({ ...state, stale: false }, undefined, []);
  const isRefused = result === "invalidConfig" || result === "obsoleteConfig";
  const base = {
    ...state,
    configHash: state.askForAll ? "" : configHash,
    askForAll: false,
    refused: isRefused,
  };
  if (isRefused) {
    return finish({ ...base, led: LedBlink.Connected }, result, [{ kind: "led", value: LedBlink.Connected }]);
  }
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

function saved(state: LoopState, from: "primary" | "backup" | undefined, now: number): LoopStep {
  if (from === undefined) return finish(state, "invalidConfig", []);
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
  const idle: LoopState = { ...state, phase: "idle", lastResult: result ?? state.lastResult };
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
