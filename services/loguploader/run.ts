/** The uploader from its start gates to its end (`docs/spec/loguploader.md §3`). */
import { type Client, newAgentMetrics } from "../../controllerconn/mod.ts";
import {
  between,
  type Device,
  errorText,
  every,
  followConfigItems,
  jitter,
  openControllerClient,
  openTraffic,
  readServer,
  signalOnce,
  waitFor,
} from "../agent/mod.ts";
import { nilUUID, topics, usableAddresses } from "../topics/mod.ts";
import { pruneAppURLs } from "./app_metrics.ts";
import { Drain } from "./drain.ts";
import { folderScan } from "./folder_scan.ts";
import { folderSync } from "./folder_sync.ts";
import { UploadFolders } from "./folders.ts";
import { NewlogCounters } from "./newlog_counters.ts";
import { keepQuota } from "./quota_keeper.ts";
import type { ScheduleState } from "./schedule_state.ts";
import { SentMarks } from "./sent_marks.ts";
import { UploadQueue } from "./upload_queue.ts";
import { whenPossible } from "./when_possible.ts";

/** How often a new name of the controller is looked for, in milliseconds. */
const serverLookMs = 30_000;

/** Runs until the device ends. @returns 0 */
export async function run(device: Device): Promise<number> {
  const { bus, log, signal } = device;
  const changed = signalOnce();
  const told = new Map<string, string>();
  let devUUID = "";
  const onboarding = bus.subscription(topics.zedclient.OnboardingStatus, {
    create: onboarded,
    modify: onboarded,
  });
  onboarding.activate();
  function onboarded(_key: string, { DeviceUUID }: { readonly DeviceUUID: string }): void {
    if (DeviceUUID === nilUUID) return;
    devUUID = DeviceUUID;
    changed.fire();
  }
  if (!await waitFor(changed, () => devUUID !== "", signal)) return 0;
  const firstServer = await whenPossible(device, () => neededServer(device));
  if (firstServer === undefined) return 0;
  let server = firstServer;

  const network = bus.subscription(topics.nim.DeviceNetworkStatus, {
    create: networkChanged,
    modify: networkChanged,
    delete: networkChanged,
  });
  const apps = bus.subscription(topics.zedagent.AppInstanceConfig);
  const zedagent = bus.subscription(topics.zedagent.ZedAgentStatus);
  const queue = new UploadQueue();
  let drain: Drain | undefined;
  let client: Client | undefined = undefined;
  let addresses: ReadonlySet<string> = new Set();
  const items = followConfigItems(device, () => {
    drain?.happen({ kind: "fastUpload", on: items.bool("newlog.allow.fastupload"), left: queue.left });
  });
  function networkChanged(key: string): void {
    if (key !== "global") return;
    const status = network.get("global");
    const before = addresses;
    addresses = new Set(status === undefined ? [] : usableAddresses(status));
    client?.networkChanged();
    if (!addresses.isSubsetOf(before)) drain?.happen({ kind: "addressGained" });
    changed.fire();
  }
  [network, apps, zedagent].forEach((subscription) => subscription.activate());
  const metrics = newAgentMetrics(() => device.clock.now());
  const { purposes } = openTraffic(device, topics.loguploader.TrafficCounters);
  const opened = await whenPossible(device, () =>
    openControllerClient(device, {
      deviceNetworkStatus: () => network.get("global"),
      configItems: items,
      devUUID: () => devUUID,
      metrics,
      purposes,
    }));
  if (opened === undefined) return 0;
  client = opened;
  if (!await waitFor(changed, () => addresses.size > 0, signal)) return 0;

  const newlogMetrics = bus.publication(topics.loguploader.NewlogMetrics);
  const metricsMap = bus.publication(topics.loguploader.MetricsMap);
  const counters = new NewlogCounters();
  const folders = new UploadFolders(device.paths);
  const synced = folderSync(device);
  const needsRoom = signalOnce();
  const publish = (state: ScheduleState) => {
    guarded("NewlogMetrics", () => {
      newlogMetrics.publish(
        "global",
        counters.metrics(state, { device: queue.count("device"), app: queue.count("app") }),
      );
    });
  };
  const uploader = drain = new Drain({
    device,
    client: opened,
    server: () => server,
    devUUID: () => devUUID,
    folders,
    queue,
    counters,
    marks: new SentMarks(`${folders.base}/sentMarks.jsonl`),
    synced,
    needsRoom,
    wakeUp: signalOnce(),
    publish,
    quiet: () => zedagent.get("zedagent")?.AirgapMode === true,
  });
  const { scan, run: keepScanning } = folderScan({
    device,
    folders,
    queue,
    isFast: () => uploader.state.fastUpload,
    scanned() {
      uploader.finishRest();
      uploader.happen({ kind: "files", ready: queue.ready(uploader.state.tick) });
    },
  });
  uploader.happen({ kind: "fastUpload", on: items.bool("newlog.allow.fastupload"), left: 0 });
  uploader.restore();
  scan();

  await Promise.all([
    uploader.run(),
    keepScanning(),
    synced.run(),
    keepQuota({ device, folders, items, needsRoom, removed: (files) => counters.removed(files) }),
    every(device, () => jitter(device.random, serverLookMs), () => {
      server = serverNow(device) ?? server;
    }),
    every(device, () => between(device.random, 90_000, 300_000), () => publish(uploader.state)),
    every(device, () => between(device.random, 3_000, 10_000), () => {
      guarded("MetricsMap", () => metricsMap.publish("global", metrics.snapshot()));
    }),
    every(device, () => jitter(device.random, 3_600_000), () => {
      pruneAppURLs(metrics, new Set([...apps.getAll().keys(), ...queue.appUUIDs()]));
    }),
  ]);
  opened.close();
  await synced.flush();
  return 0;

  function guarded(what: string, work: () => void): void {
    try {
      work();
      told.delete(what);
    } catch (error) {
      const text = errorText(error);
      if (told.get(what) !== text) log.error(`${what}: ${text}; tried again and again`);
      told.set(what, text);
    }
  }
}

/** @throws {AgentError} `missing-file`; {Error} for an empty one */
function neededServer(device: Device): string {
  const server = readServer(device.paths);
  if (server === "") {
    throw new Error(`${device.paths.server} is empty: expected the controller's host[:port]`);
  }
  return server;
}

function serverNow(device: Device): string | undefined {
  try {
    return readServer(device.paths) || undefined;
  } catch {
    return undefined;
  }
}
