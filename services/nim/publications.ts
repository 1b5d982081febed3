/** What nim publishes (`spec/nim.md §3.1`). */
import { type Device, errorText } from "../agent/mod.ts";
import type { Publication } from "../pubsub/mod.ts";
import {
  type DeviceNetworkStatus,
  type DevicePortConfig,
  type DevicePortConfigList,
  goTimeOf,
  timeInstant,
  topics,
  type WwanConfig,
} from "../topics/mod.ts";

/** Traces of tested configurations that are kept; EVE keeps all of them until the next boot (`spec/nim.md §19 W24`). */
const TRACES = 10;

/** See {@linkcode openPublications}. What can't be published is logged, and tried again with the next change. */
export interface Publications {
  /** As an earlier run left it. */
  readonly storedList: DevicePortConfigList | undefined;
  /** The same of the status. */
  readonly storedStatus: DeviceNetworkStatus | undefined;
  list(value: DevicePortConfigList): void;
  status(value: DeviceNetworkStatus): void;
  /** A configuration as it was tested, overrides included. */
  tested(value: DevicePortConfig): void;
  wwanConfig(value: WwanConfig): void;
}

/** @throws {PubsubError} `owned` if another nim runs, `io` */
export function openPublications(device: Device): Publications {
  const { bus, log } = device;
  const list = bus.publication(topics.nim.DevicePortConfigList);
  const status = bus.publication(topics.nim.DeviceNetworkStatus);
  const wwan = bus.publication(topics.nim.WwanConfig);
  const dummy = bus.publication(topics.nim.dummyDevicePortConfig);
  for (const publication of [list, status, wwan, dummy]) publication.clearRestarted();
  for (const key of dummy.keys()) dummy.unpublish(key);
  const traces: string[] = [];

  const publish = <T>(publication: Publication<T>, key: string, value: T) => {
    try {
      publication.publish(key, value);
    } catch (error) {
      log.error(
        `${publication.topic.name} can't be published: ${errorText(error)}; tried again with the next change`,
      );
    }
  };
  bus.publication(topics.nim.DevicePortConfig);
  publish(bus.publication(topics.nim.PNACMetricsList), "global", { Ports: null });
  publish(bus.publication(topics.nim.BondMetricsList), "global", { Bonds: null });

  return {
    storedList: list.get("global"),
    storedStatus: status.get("global"),
    list: (value) => publish(list, "global", value),
    status: (value) => publish(status, "global", value),
    wwanConfig: (value) => publish(wwan, "global", value),
    tested(value) {
      const key = `${value.Key}@${goTimeOf(timeInstant(value.TimePriority))}`;
      publish(dummy, key, value);
      if (dummy.get(key) === undefined) return;
      traces.splice(0, traces.length, ...traces.filter((other) => other !== key), key);
      for (const old of traces.splice(0, Math.max(0, traces.length - TRACES))) dummy.unpublish(old);
    },
  };
}
