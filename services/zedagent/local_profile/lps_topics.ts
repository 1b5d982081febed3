/** What other agents tell of apps and ports, followed only while a local server or a LOC can be asked (`spec/zedagent.md §17`). */
import { type Device, errorText } from "../../agent/mod.ts";
import type { Subscription, SubscriptionHandlers, Topic } from "../../pubsub/mod.ts";
import {
  type AppInstanceStatus,
  type DevicePortConfigList,
  type GoType,
  type RawObject,
  topics,
  type WwanMetrics,
} from "../../topics/mod.ts";
import { goWwanLocationInfo, type WwanLocationInfo } from "./location.ts";
import { type AppNetworkStatus, goAppNetworkStatus } from "./lps_servers.ts";

/** See {@linkcode followLpsTopics}. */
export interface LpsTopics {
  appNetworks(): readonly AppNetworkStatus[];
  appStatuses(): ReadonlyMap<string, AppInstanceStatus>;
  portConfigs(): DevicePortConfigList | undefined;
  location(): WwanLocationInfo | undefined;
  modems(): WwanMetrics | undefined;
}

/** What the topics tell. */
export interface LpsTopicHandlers {
  addressesChanged(): void;
  /** `undefined`: an app is gone. */
  appReported(status: AppInstanceStatus | undefined): void;
}

/** Follows them until the device ends. */
export function followLpsTopics(device: Device, handlers: LpsTopicHandlers): LpsTopics {
  const { zedrouter, zedmanager, nim, wwan } = topics;
  const follow = <T>(topic: Topic<T>, more: SubscriptionHandlers<T> = {}): Subscription<T> => {
    const subscription = device.bus.subscription(topic, more);
    subscription.activate();
    return subscription;
  };
  const typed = <T>(what: string, type: GoType<T>, raw: RawObject): T | undefined => {
    try {
      return type.decode(raw);
    } catch (error) {
      device.log.error(`${what}: ${errorText(error)}; it is not used`);
      return undefined;
    }
  };
  const networks = follow(zedrouter.AppNetworkStatus, {
    create: handlers.addressesChanged,
    modify: handlers.addressesChanged,
    delete: handlers.addressesChanged,
  });
  const apps = follow(zedmanager.AppInstanceStatus, {
    create: (_key, status) => handlers.appReported(status),
    modify: (_key, status) => handlers.appReported(status),
    delete: () => handlers.appReported(undefined),
  });
  const lists = follow(nim.DevicePortConfigList);
  const locations = follow(wwan.WwanLocationInfo);
  const modems = follow(wwan.WwanMetrics);
  return {
    appNetworks: () =>
      [...networks.getAll().values()]
        .map((raw) => typed("AppNetworkStatus", goAppNetworkStatus, raw))
        .filter((status) => status !== undefined),
    appStatuses: () => apps.getAll(),
    portConfigs: () => lists.get("global"),
    modems: () => modems.get("global"),
    location() {
      const raw = locations.get("global");
      return raw === undefined ? undefined : typed("WwanLocationInfo", goWwanLocationInfo, raw);
    },
  };
}
