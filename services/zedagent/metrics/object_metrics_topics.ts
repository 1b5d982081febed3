/** Follows the topics that metrics of apps, volumes and networks are made from (`spec/zedagent.md §15, 19`). */
import type { Device } from "../../agent/mod.ts";
import type { Subscription, Topic } from "../../pubsub/mod.ts";
import { appDiskKey, type CipherMetrics, topics } from "../../topics/mod.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";

/** Until the device ends. @returns reads how they stand now */
export function followObjectMetrics(device: Device): () => ObjectMetricsInputs {
  const { zedmanager, volumemgr, zedrouter, domainmgr, downloader, nim, wwan, msrv } = topics;
  const follow = <T>(topic: Topic<T>): Subscription<T> => {
    const subscription = device.bus.subscription(topic);
    subscription.activate();
    return subscription;
  };
  const apps = follow(zedmanager.AppInstanceStatus);
  const volumes = follow(volumemgr.VolumeStatus);
  const disks = follow(volumemgr.AppDiskMetric);
  const networkInstances = follow(zedrouter.NetworkInstanceMetrics);
  const containers = follow(zedrouter.AppContainerMetrics);
  const domains = follow(domainmgr.DomainMetric);
  const modems = follow(wwan.WwanMetrics);
  const usages = follow(msrv.PatchEnvelopeUsage);
  // zedrouter has a topic of this name too, but never publishes it.
  const ciphers = [downloader, domainmgr, nim, wwan].map(({ CipherMetrics }) => follow(CipherMetrics));

  return () => ({
    apps: [...apps.getAll().values()],
    volumes: [...volumes.getAll().values()],
    networkInstances: [...networkInstances.getAll().values()],
    cipher: new Map(ciphers.flatMap((subscription): [string, CipherMetrics][] => {
      const metrics = subscription.get("global");
      return metrics === undefined ? [] : [[subscription.topic.agent, metrics]];
    })),
    wwan: modems.get("global"),
    patchUsages: [...usages.getAll().values()],
    domain: (uuid) => domains.get(uuid),
    containers: (uuid) => containers.get(uuid),
    disk: (path) => disks.get(appDiskKey(path)),
  });
}
