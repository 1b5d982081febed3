/** Performs the effects of the config loop: one request at a time, one timer (`spec/zedagent.md §4`). */
import type { EdgeDevConfig } from "../../../proto/device.ts";
import { between, type Device, errorText, type NetDumper, openTimer, setLed } from "../../agent/mod.ts";
import type { ControllerAccess } from "../parts.ts";
import { logFailedSend } from "../failed_send.ts";
import { startMachine } from "../machine.ts";
import { backUpLastConfig, saveLastConfig } from "./checkpoint.ts";
import { configLoop, initialLoop } from "./loop.ts";
import type { ConfigResult, LoopEffect, LoopEvent, LoopState } from "./loop_types.ts";
import type { Outcome } from "./outcome.ts";
import { fetchConfig, type Fetched, integrityToken } from "./request.ts";
import type { SavedConfig } from "./saved_config.ts";

/** What the loop reaches; called from the event loop only. */
export interface LoopDeps {
  readonly access: ControllerAccess;
  /** Traces a request now and then. */
  readonly dumper: NetDumper;
  /** Milliseconds */
  readonly intervalMs: number;
  readonly backUpAfterMs: () => number;
  readonly updateInprogress: () => boolean;
  readonly quoteSent: () => boolean;
  /** A nonce or a quote is on its way, or waits for its retry. */
  readonly attestationRuns: () => boolean;
  apply(config: EdgeDevConfig, source: "controller" | "saved"): ConfigResult;
  loadSaved(): SavedConfig | undefined;
  /** The controller has nothing new: what could not be written is tried again. */
  retryFailed(): void;
  publishStatus(configGetStatus: number): void;
  /** A response was verified: its certificates may be news to others. */
  responseVerified(): void;
  requestCerts(): void;
  restartAttestation(): void;
  getUuid(): void;
  requestDeviceInfo(): void;
}

/** A running loop. */
export interface ConfigLoop {
  send(event: Exclude<LoopEvent, { readonly kind: "fetched" | "loc-answered" | "applied" | "saved" }>): void;
  readonly state: LoopState;
  /** Resolves when no request is under way any more after the device has ended. */
  readonly ended: Promise<void>;
}

/** Idle until the event `start`. */
export function startConfigLoop(deps: LoopDeps): ConfigLoop {
  const { device } = deps.access;
  let envelope: Uint8Array | undefined;
  const timer = openTimer(device);
  let running: Promise<void> = Promise.resolve();

  const perform = (effect: LoopEffect) => {
    switch (effect.kind) {
      case "fetch":
        running = fetchConfig(deps.access, deps.dumper, effect.configHash, effect.iteration).then(fetched);
        return;
      case "ask-loc":
        running = askLoc(effect.configHash, effect.iteration);
        return;
      case "schedule":
        startTimer(between(device.random, effect.lowMs, effect.highMs));
        return;
      case "cancel-timer":
        timer.cancel();
        return;
      case "apply":
        envelope = effect.envelope;
        loop.send({
          kind: "applied",
          result: guarded(device, "config", () => deps.apply(effect.config, "controller")) ?? "invalidConfig",
          configHash: effect.configHash,
        });
        return;
      case "save":
        if (envelope !== undefined) saveLastConfig(device, envelope);
        envelope = undefined;
        return;
      case "back-up":
        return backUpLastConfig(device);
      case "load-saved":
        loop.send({ kind: "saved", from: applySaved() });
        return;
      case "led":
        return setLed(device, effect.value);
      case "publish-status":
        return deps.publishStatus(effect.configGetStatus);
      case "request-certs":
        return deps.requestCerts();
      case "restart-attestation":
        return deps.restartAttestation();
      case "get-uuid":
        return deps.getUuid();
      case "request-device-info":
        return deps.requestDeviceInfo();
      case "log":
        device.log[effect.level](effect.text);
        return;
      case "log-failed-send":
        return logFailedSend(deps.access, "warn", effect.text);
    }
  };

  // The file is read again only for the one failure that asks for it, not with every poll.
  const tokenIsCurrent = ({ outcome, token }: Fetched) =>
    outcome.kind === "failed" && outcome.failure === "forbidden" && !deps.attestationRuns() &&
    token?.toHex() === integrityToken(device)?.toHex();

  const askLoc = async (configHash: string, iteration: number) => {
    const none = { kind: "failed", failure: "other", reason: "no LOC is known any more" } as const;
    const outcome: Outcome = await deps.access.loc?.fetchConfig(configHash, iteration) ?? none;
    answered(outcome);
    loop.send({ kind: "loc-answered", outcome });
  };

  const answered = (outcome: Outcome) => {
    if (outcome.kind === "not-modified" || outcome.kind === "same-hash") {
      guarded(device, "config", () => deps.retryFailed());
    }
    if (outcome.kind === "config" || outcome.kind === "same-hash") deps.responseVerified();
  };

  const fetched = (answer: Fetched) => {
    const { outcome } = answer;
    answered(outcome);
    loop.send({
      kind: "fetched",
      outcome,
      updateInprogress: deps.updateInprogress(),
      quoteSent: deps.quoteSent(),
      tokenIsCurrent: tokenIsCurrent(answer),
    });
  };

  const applySaved = (): "primary" | "backup" | undefined => {
    const saved = deps.loadSaved();
    if (saved === undefined) return undefined;
    const result = guarded(device, "saved config", () => deps.apply(saved.config, "saved"));
    return result === undefined || result === "invalidConfig" || result === "obsoleteConfig"
      ? undefined
      : saved.from;
  };

  const startTimer = (ms: number) => timer.set(ms, () => loop.send({ kind: "tick" }));

  const loop = startMachine<LoopState, LoopEvent, LoopEffect>(device, {
    initial: initialLoop(deps.intervalMs, device.clock.monotonic()),
    step: (state, event) =>
      configLoop(state, event, device.clock.monotonic(), {
        backUpAfterMs: deps.backUpAfterMs(),
        hasLoc: () => (deps.access.loc?.url() ?? "") !== "",
      }),
    perform,
  });
  return {
    send: loop.send,
    get state() {
      return loop.state;
    },
    get ended() {
      return running;
    },
  };
}

/** A bug in one section must not end the program: it is reported, and the config counts as not applied. */
function guarded<T>(device: Device, what: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    device.log.error(`${what}: applying it failed: ${errorText(error)}; what was applied before stays`);
    return undefined;
  }
}
