/** All that leaves nim towards others: bus, flash, counters, watchdog, traces of tests; or nothing of it. */
import { type AgentMetrics, newPurposeCounters, type PurposeCounters } from "../../controllerconn/mod.ts";
import {
  between,
  type ConfigItems,
  type Device,
  keepTouched,
  type NetDumper,
  openTraffic,
  publishMetricsMap,
  registerWatchdog,
  touch,
  whenAborted,
} from "../agent/mod.ts";
import { type DeviceNetworkStatus, topics } from "../topics/mod.ts";
import { openNimDumper } from "./net_dumps.ts";
import { openPublications, type Publications } from "./publications.ts";
import { readTopic } from "./read_topic.ts";

/** The task of the decider, for the watchdog. */
const TASK = "nim-DpcManager";

/** See the module. */
export interface Outlets {
  readonly publications: Publications;
  readonly purposes: PurposeCounters;
  /** Nothing may be written, no LED state either. */
  readonly isQuiet: boolean;
  dumper(items: ConfigItems, status: () => DeviceNetworkStatus): NetDumper;
  /** To be called after each event. */
  touched(): unknown;
  /** What is repeated. @returns when the device ends */
  keep(items: ConfigItems, metrics: AgentMetrics): Promise<unknown>;
}

/**
 * @param isWatched the watchdog reboots a device whose nim stays away: not for one that ends by itself
 * @throws {PubsubError} `owned` if another nim runs, `io`
 */
export function openOutlets(device: Device, isWatched = true): Outlets {
  if (isWatched) registerWatchdog(device, TASK);
  return {
    publications: openPublications(device),
    purposes: openTraffic(device, topics.nim.TrafficCounters).purposes,
    isQuiet: false,
    dumper: (items, status) => openNimDumper(device, items, status),
    touched: () => isWatched && touch(device, TASK),
    keep(items, metrics) {
      const period = () => between(device.random, 0.3, 1) * items.int("timer.metric.interval") * 1000;
      return Promise.all([
        isWatched && keepTouched(device, TASK),
        publishMetricsMap(device, topics.nim.MetricsMap, metrics, period),
      ]);
    },
  };
}

/** Nothing is published, written or touched; another nim may run. */
export function quietOutlets(device: Device): Outlets {
  return {
    publications: {
      storedList: readTopic(device, topics.nim.DevicePortConfigList).get("global"),
      storedStatus: undefined,
      list: () => {},
      status: () => {},
      tested: () => {},
      wwanConfig: () => {},
    },
    purposes: newPurposeCounters(),
    isQuiet: true,
    dumper: () => ({ begin: () => undefined, idle: Promise.resolve() }),
    touched: () => {},
    keep: () => whenAborted(device.signal),
  };
}
