/** Performs the effects of one endpoint: one request at a time, one timer (`spec/zedagent.md §17`). */
import type { Client } from "../../../controllerconn/mod.ts";
import { type Device, errorText, openTimer, retryDelay } from "../../agent/mod.ts";
import { lpsRetry, lpsThrottledRetry } from "../retry_policies.ts";
import { startMachine } from "../machine.ts";
import {
  type EndpointEffect,
  type EndpointEvent,
  endpointOff,
  type EndpointOutcome,
  type EndpointState,
  endpointStep,
} from "./endpoint_state.ts";
import { askLps, type LpsAnswer } from "./exchange.ts";
import type { LpsEndpoint } from "./lps_endpoint.ts";
import type { LpsServer } from "./lps_servers.ts";

/** What all endpoints share; asked anew for each request. */
export interface LpsAccess {
  readonly client: Pick<Client, "sendLocal">;
  readonly servers: () => readonly LpsServer[];
  /** `profile_server_token` */
  readonly token: () => string;
  /** Another number after each application of a configuration. */
  readonly generation: () => number;
  readonly intervalMs: (endpoint: LpsEndpoint) => number;
}

/** See {@linkcode startLpsPoller}. */
export interface LpsPoller {
  send(event: Exclude<EndpointEvent, { readonly kind: "answered" | "tick" }>): void;
}

/** Idle until a server is configured. */
export function startLpsPoller(device: Device, endpoint: LpsEndpoint, access: LpsAccess): LpsPoller {
  const timer = openTimer(device);
  let asked = 0;
  let lastProblem = "";
  const perform = (effect: EndpointEffect) => {
    switch (effect.kind) {
      case "cancel":
        return timer.cancel();
      case "schedule":
        return timer.set(delay(effect.pace), () => machine.send({ kind: "tick" }));
      case "ask": {
        const serial = ++asked;
        ask().then((outcome) => {
          // The server may have gone and come back meanwhile: only the last question counts.
          if (serial === asked) machine.send({ kind: "answered", outcome });
        });
      }
    }
  };
  const delay = (pace: "normal" | "throttled") =>
    retryDelay(
      device.random,
      pace === "normal"
        ? lpsRetry(endpoint.name, access.intervalMs(endpoint))
        : lpsThrottledRetry(endpoint.name, endpoint.throttledMs),
    );
  const ask = async (): Promise<EndpointOutcome> => {
    const generation = access.generation();
    try {
      const servers = access.servers();
      const message = servers.length === 0 ? "not-yet" : endpoint.message();
      if (message === "not-yet") return "failed";
      const answer = await askLps(access.client, servers, {
        path: endpoint.path,
        body: message === "none" ? undefined : message,
        judge: (contents) => endpoint.judge(contents, access.token()),
        signal: device.signal,
        isStale: () => generation !== access.generation(),
      });
      return take(answer);
    } catch (error) {
      device.log.error(`local profile server, ${endpoint.path}: ${errorText(error)}; asking again later`);
      return "failed";
    }
  };
  const take = (answer: LpsAnswer): EndpointOutcome => {
    const problem = answer.kind === "failed" ? answer.reasons.join("; ") : "";
    if (problem !== "" && problem !== lastProblem) device.log.warn(`local profile server: ${problem}`);
    lastProblem = problem;
    switch (answer.kind) {
      case "accepted":
        answer.apply();
        return "served";
      case "nothing":
        endpoint.nothingNew?.();
        return "served";
      case "not-found":
        endpoint.notFound?.();
        return "not-found";
      case "failed":
        endpoint.failed?.(answer.reasons);
        return "failed";
      case "discarded":
        return "discarded";
    }
  };
  const machine = startMachine<EndpointState, EndpointEvent, EndpointEffect>(device, {
    initial: endpointOff,
    step: (state, event) => endpointStep(state, event, endpoint.repeatsDiscarded),
    perform,
  });
  return { send: machine.send };
}
