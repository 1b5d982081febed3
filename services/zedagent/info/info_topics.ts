/** The topics a device info is made from; each is optional (`spec/zedagent.md §14.3, 19`). */
import type { Device } from "../../agent/mod.ts";
import type { Subscription, SubscriptionHandlers, Topic } from "../../pubsub/mod.ts";
import {
  type DeviceNetworkStatus,
  type DevicePortConfigList,
  topics,
  type ZedAgentStatus,
} from "../../topics/mod.ts";
import { networkReallyChanged, portConfigsReallyChanged } from "./real_change.ts";

/** See {@linkcode followInfoTopics}. */
export type InfoTopics = ReturnType<typeof followInfoTopics>;

/**
 * Follows them until the device ends.
 * @param changed something that the controller should know
 */
export function followInfoTopics(device: Device, changed: () => void) {
  const { nim, nodeagent, baseosmgr, vaultmgr, zedmanager, domainmgr, wwan, zedagent } = topics;
  const follow = <T>(topic: Topic<T>, handlers: SubscriptionHandlers<T>): Subscription<T> => {
    const subscription = device.bus.subscription(topic, handlers);
    subscription.activate();
    return subscription;
  };
  const any = { create: changed, modify: changed, delete: changed };

  follow(nim.DeviceNetworkStatus, {
    create: changed,
    modify(_key, now: DeviceNetworkStatus, old: DeviceNetworkStatus) {
      if (networkReallyChanged(old, now)) changed();
    },
  });
  const portConfigs = follow(nim.DevicePortConfigList, {
    create: changed,
    modify(_key, now: DevicePortConfigList, old: DevicePortConfigList) {
      if (portConfigsReallyChanged(old, now)) changed();
    },
  });
  const node = follow(nodeagent.NodeAgentStatus, any);
  const partitions = follow(baseosmgr.ZbootStatus, any);
  const vaults = follow(vaultmgr.VaultStatus, any);
  const apps = follow(zedmanager.AppInstanceStatus, { create: changed, delete: changed });
  const adapters = follow(domainmgr.AssignableAdapters, any);
  const modems = follow(wwan.WwanStatus, any);
  const own = follow(zedagent.ZedAgentStatus, {});
  return {
    portConfigs: () => portConfigs.get("global"),
    node: () => node.get("nodeagent"),
    partitions: () => [...partitions.getAll().values()],
    vaults: () => [...vaults.getAll().values()],
    apps: () => [...apps.getAll().values()],
    modems: () => modems.get("global"),
    /** Logical label → usage. */
    usages: () =>
      new Map(
        (adapters.get("global")?.IoBundleList ?? []).map(({ Logicallabel, Usage }) => [Logicallabel, Usage]),
      ),
    /** What this very program has published; looked at anew. */
    status(): ZedAgentStatus | undefined {
      own.rescan();
      return own.get("zedagent");
    },
  };
}
