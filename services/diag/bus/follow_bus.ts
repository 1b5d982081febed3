/** Follows the topics that diag reads (`spec/diag.md §2`). Never writes. */
import type { Bus, Subscription, Topic } from "../../pubsub/mod.ts";
import { defaultVaultName, topics } from "../../topics/mod.ts";
import type { BusView } from "./view.ts";

/** See {@linkcode followBus}. */
export interface FollowedBus {
  /** As it is now. */
  view(): BusView;
  /** Reads every directory at once; handlers are called before it returns. */
  rescan(): void;
  close(): void;
}

/**
 * Subscribes to all.
 * @param changed called after each change of anything; not for what is read before this returns
 */
export function followBus(bus: Bus, changed: () => void): FollowedBus {
  const all: Subscription<unknown>[] = [];
  let open = false;
  const told = () => {
    if (open) changed();
  };
  const follow = <T>(topic: Topic<T>): Subscription<T> => {
    const subscription = bus.subscription(topic, { create: told, modify: told, delete: told });
    all.push(subscription);
    return subscription;
  };
  const items = follow(topics.zedagent.ConfigItemValueMap);
  const led = follow(topics.global.LedBlinkCounter);
  const network = follow(topics.nim.DeviceNetworkStatus);
  const portConfigs = follow(topics.nim.DevicePortConfigList);
  const onboarding = follow(topics.zedclient.OnboardingStatus);
  const zedagent = follow(topics.zedagent.ZedAgentStatus);
  const vault = follow(topics.vaultmgr.VaultStatus);
  const appSummary = follow(topics.zedmanager.AppInstanceSummary);
  const apps = follow(topics.zedmanager.AppInstanceStatus);
  const downloads = follow(topics.downloader.DownloaderStatus);
  const drain = follow(topics.zedkube.NodeDrainStatus);
  const nodeagent = follow(topics.nodeagent.NodeAgentStatus);
  const partitions = follow(topics.baseosmgr.ZbootStatus);
  const logs = follow(topics.loguploader.NewlogMetrics);
  const queues = follow(topics.zedagent.DeferredQueueMetrics);
  const sections = follow(topics.zedagent.ConfigSections);
  for (const subscription of all) subscription.activate();
  open = true;
  return {
    view: () => ({
      items: items.get("global"),
      led: led.get("ledconfig"),
      network: network.get("global"),
      portConfigs: portConfigs.get("global"),
      onboarding: first(onboarding),
      zedagent: first(zedagent),
      vault: [...vault.getAll().values()].find(({ Name }) => Name === defaultVaultName),
      appSummary: first(appSummary),
      apps: apps.getAll(),
      downloads: downloads.getAll(),
      drain: drain.get("global"),
      nodeagent: first(nodeagent),
      partitions: partitions.getAll(),
      logs: logs.get("global"),
      queues: queues.getAll(),
      sections: sections.getAll(),
    }),
    rescan() {
      for (const subscription of all) subscription.rescan();
    },
    close() {
      open = false;
      for (const subscription of all) subscription.close();
    },
  };
}

function first<T>(subscription: Subscription<T>): T | undefined {
  return [...subscription.getAll().values()][0];
}
