/** What nim reads of the other agents, as events of the decider (`spec/nim.md §2.1`). */
import type { Device } from "../agent/mod.ts";
import type { Subscription } from "../pubsub/mod.ts";
import {
  type DevicePortConfig,
  goAssignableAdapters,
  type RadioSilence,
  topics,
  type WwanStatus,
} from "../topics/mod.ts";
import { hasConfigFile } from "./config_files.ts";
import { sanitize } from "./dpc/sanitize.ts";
import type { VerifyEvent } from "./verify/events.ts";

/** Who is told. */
export interface Listener {
  happen(event: VerifyEvent): void;
  /** Of zedagent, whether new or not. */
  radioRequested(request: RadioSilence): void;
  wwanChanged(status: WwanStatus): void;
}

/** See {@linkcode openSubscriptions}. */
export interface Subscriptions {
  /** From now on everything is told, what is there already first. */
  activate(): void;
  /** Of the local operator console, `""` without one. */
  readonly locUrl: string;
}

/** Inactive until the settings are known. */
export function openSubscriptions(device: Device, listener: Listener): Subscriptions {
  const { bus } = device;
  let locUrl = "";
  const configs = (topic: typeof topics.zedagent.DevicePortConfig) => {
    const complete = (key: string, dpc: DevicePortConfig, deleted: boolean) =>
      sanitize(dpc, { key, hasFile: (name) => hasConfigFile(device, name), deleted });
    const arrived = (key: string, dpc: DevicePortConfig) =>
      listener.happen({ kind: "dpc", dpc: complete(key, dpc, false) });
    return bus.subscription(topic, {
      create: arrived,
      modify: arrived,
      delete: (key, dpc) => listener.happen({ kind: "dpc-deleted", dpc: complete(key, dpc, true) }),
    });
  };
  const adapters = (_: string, value: ReturnType<typeof goAssignableAdapters.zero>) =>
    listener.happen({ kind: "adapters", adapters: value });
  const agentStatus = (_: string, status: { LOCUrl: string; RadioSilence: RadioSilence }) => {
    locUrl = status.LOCUrl;
    listener.radioRequested(status.RadioSilence);
  };
  const wwan = (_: string, status: WwanStatus) => listener.wwanChanged(status);
  const reconcile = (what: string) => ({
    create: () => listener.happen({ kind: "reconcile", reason: `${what} arrived` }),
    modify: () => listener.happen({ kind: "reconcile", reason: `${what} changed` }),
  });
  const all: readonly Pick<Subscription<unknown>, "activate">[] = [
    bus.subscription(topics.domainmgr.AssignableAdapters, { create: adapters, modify: adapters }),
    bus.subscription(topics.zedagent.ZedAgentStatus, { create: agentStatus, modify: agentStatus }),
    bus.subscription(topics.wwan.WwanStatus, { create: wwan, modify: wwan }),
    bus.subscription(topics.vaultmgr.VaultStatus, reconcile("VaultStatus")),
    bus.subscription(topics.scepclient.EnrolledCertificateStatus, reconcile("EnrolledCertificateStatus")),
    configs(topics.global.DevicePortConfig),
    configs(topics.monitor.DevicePortConfig),
    configs(topics.zedagent.DevicePortConfig),
  ];
  return {
    activate: () => all.forEach((subscription) => subscription.activate()),
    get locUrl() {
      return locUrl;
    },
  };
}
