/** The topics that messages of several types look things up in; all may be absent. */
import type { Device } from "../../agent/mod.ts";
import type { Subscription, Topic } from "../../pubsub/mod.ts";
import { appDiskKey, topics } from "../../topics/mod.ts";
import type { OtherObjects, OtherTopic } from "./object_info.ts";

/**
 * Follows them until the device ends.
 * @param created a new entry of a topic
 */
export function followOtherObjects(
  device: Device,
  devUUID: () => string,
  created: (topic: OtherTopic) => void,
): { readonly others: OtherObjects; activate(): void } {
  const subscribe = <T>(name: OtherTopic, topic: Topic<T>): Subscription<T> =>
    device.bus.subscription(topic, { create: () => created(name) });
  const networks = subscribe("NetworkInstanceStatus", topics.zedrouter.NetworkInstanceStatus);
  const adapters = subscribe("AssignableAdapters", topics.domainmgr.AssignableAdapters);
  const disks = subscribe("AppDiskMetric", topics.volumemgr.AppDiskMetric);
  return {
    others: {
      get devUUID() {
        return devUUID();
      },
      networkInstance: (uuid) => networks.get(uuid),
      ioBundles: () => adapters.get("global")?.IoBundleList ?? [],
      appDisk: (path) => disks.get(appDiskKey(path)),
    },
    activate() {
      for (const subscription of [networks, adapters, disks]) subscription.activate();
    },
  };
}
