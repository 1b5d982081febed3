/** nim's `DeviceNetworkStatus`: the ports for requests, the sign that the network is back, the echo of radio silence. */
import type { Device } from "../agent/mod.ts";
import {
  type DeviceNetworkStatus,
  DPCState,
  goDeviceNetworkStatus,
  type RadioSilence,
  topics,
  usableAddresses,
} from "../topics/mod.ts";

/** See {@linkcode followNetwork}. */
export interface NetworkView {
  /** `undefined` before nim has published it (gate E). */
  readonly status: DeviceNetworkStatus | undefined;
  /** The same, with no ports before. */
  readonly orEmpty: DeviceNetworkStatus;
}

/** What the network tells. */
export interface NetworkHandlers {
  changed(status: DeviceNetworkStatus): void;
  /** It works again, as far as can be seen from here (W10). */
  recovered(): void;
  /** The tested config succeeds now and did not before. */
  succeeded(): void;
}

/** Follows the topic until the device ends. */
export function followNetwork(device: Device, handlers: NetworkHandlers): NetworkView {
  const apply = (key: string, status: DeviceNetworkStatus, old?: DeviceNetworkStatus) => {
    if (key !== "global") return;
    handlers.changed(status);
    if (hasRecovered(old, status)) handlers.recovered();
    if (hasSucceeded(old, status)) handlers.succeeded();
  };
  const subscription = device.bus.subscription(topics.nim.DeviceNetworkStatus, {
    create: apply,
    modify: apply,
  });
  subscription.activate();
  return {
    get status() {
      return subscription.get("global");
    },
    get orEmpty() {
      return subscription.get("global") ?? goDeviceNetworkStatus.zero();
    },
  };
}

/** The tested config succeeds now and did not before, or the first usable addresses are there. */
export function hasRecovered(old: DeviceNetworkStatus | undefined, now: DeviceNetworkStatus): boolean {
  const addressed = usableAddresses(now).length > 0 &&
    (old === undefined || usableAddresses(old).length === 0);
  return hasSucceeded(old, now) || addressed;
}

/** The transition of `State` to `DPC_SUCCESS`. */
function hasSucceeded(old: DeviceNetworkStatus | undefined, now: DeviceNetworkStatus): boolean {
  return now.State === DPCState.DPC_SUCCESS && old?.State !== DPCState.DPC_SUCCESS;
}

/** The silence as it is to be published after nim's answer; `undefined` if nothing changes. */
export function settledRadioSilence(asked: RadioSilence, answer: RadioSilence): RadioSilence | undefined {
  if (!asked.ChangeInProgress || answer.ChangeInProgress) return undefined;
  if (asked.ChangeRequestedAt !== answer.ChangeRequestedAt) return undefined;
  return { ...asked, ChangeInProgress: false, ConfigError: answer.ConfigError };
}
