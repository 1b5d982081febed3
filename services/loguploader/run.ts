/** The uploader from its start gates to its end (`docs/spec/loguploader.md §3`). */
import { newAgentMetrics } from "../../controllerconn/mod.ts";
import {
  between,
  type Device,
  errorText,
  every,
  followConfigItems,
  openControllerClient,
  readServer,
  signalOnce,
  waitFor,
} from "../agent/mod.ts";
import { nilUUID, topics, usableAddresses } from "../topics/mod.ts";
import { pruneAppURLs } from "./app_metrics.ts";
import { Drain } from "./drain.ts";
import { watchFolder } from "./folder_watch.ts";
import { UploadFolders } from "./folders.ts";
import { NewlogCounters } from "./newlog_counters.ts";
import type { ScheduleState } from "./schedule_state.ts";
import { UploadQueue } from "./upload_queue.ts";

const serverRetryMs = 10_000;
/** Repairs what a watcher missed, in milliseconds. */
const scanMs = 30_000;
/** Shortest pause between two scans that events ask for: a drain makes an event with each file it removes. */
const scanPauseMs = 200;

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
  let server = await waitForServer(device);
  if (signal.aborted) return 0;

  const network = bus.subscription(topics.nim.DeviceNetworkStatus, {
    create: networkChanged,
    modify: networkChanged,
  });
  const apps = bus.subscription(topics.zedagent.AppInstanceConfig);
  const zedagent = bus.subscription(topics.zedagent.ZedAgentStatus);
  const queue = new UploadQueue();
  const items = followConfigItems(device, () => {
    drain?.happen({ kind: "fastUpload", on: items.bool("newlog.allow.fastupload"), left: queue.left });
  });
  let drain: Drain | undefined;
  let addresses = 0;
  function networkChanged(key: string): void {
    if (key !== "global") return;
    const status = network.get("global");
    const now = status === undefined ? 0 : usableAddresses(status).length;
    if (now > addresses) drain?.happen({ kind: "addressGained" });
    addresses = now;
    changed.fire();
  }
  [network, apps, zedagent].forEach((subscription) => subscription.activate());
  const metrics = newAgentMetrics(() => device.clock.now());
  const client = openControllerClient(device, {
    deviceNetworkStatus: () => network.get("global"),
    configItems: items,
    devUUID: () => devUUID,
    metrics,
  });
  if (!await waitFor(changed, () => addresses > 0, signal)) return 0;

  const newlogMetrics = bus.publication(topics.loguploader.NewlogMetrics);
  const metricsMap = bus.publication(topics.loguploader.MetricsMap);
  const counters = new NewlogCounters();
  const folders = new UploadFolders(device.paths);
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
    client,
    server: () => server,
    devUUID: () => devUUID,
    folders,
    queue,
    counters,
    wakeUp: signalOnce(),
    publish,
    quiet: () => zedagent.get("zedagent")?.AirgapMode === true,
  });
  const scan = () => {
    guarded("keepSentQueue and failedUpload", () => folders.makeTargets());
    guarded("the upload folders", () => {
      queue.replace("device", folders.list("device"));
      queue.replace("app", folders.list("app"));
      uploader.finishSent(queue.sentRecords());
    });
    uploader.happen({ kind: "files", ready: queue.ready(uploader.state.tick) });
  };
  const fresh = signalOnce();
  const scanFresh = async () => {
    while (await fresh.wait(signal)) {
      scan();
      await device.clock.sleep(scanPauseMs, signal);
    }
  };
  uploader.happen({ kind: "fastUpload", on: items.bool("newlog.allow.fastupload"), left: 0 });
  scan();

  await Promise.all([
    uploader.run(),
    scanFresh(),
    watchFolder(device, folders.uploadFolder("device"), fresh.fire),
    watchFolder(device, folders.uploadFolder("app"), fresh.fire),
    every(device, () => between(device.random, 0.9, 1.1) * scanMs, () => {
      server = serverNow(device) ?? server;
      scan();
    }),
    every(device, () => between(device.random, 90_000, 300_000), () => publish(uploader.state)),
    every(device, () => between(device.random, 3_000, 10_000), () => {
      guarded("MetricsMap", () => metricsMap.publish("global", metrics.snapshot()));
    }),
    every(device, () => between(device.random, 0.9, 1.1) * 3_600_000, () => {
      pruneAppURLs(metrics, new Set([...apps.getAll().keys(), ...queue.appUUIDs()]));
    }),
  ]);
  client.close();
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

async function waitForServer(device: Device): Promise<string> {
  for (;;) {
    const server = serverNow(device);
    if (server !== undefined || device.signal.aborted) return server ?? "";
    device.log.warn(`${device.paths.server} names no controller; looking again in ${serverRetryMs / 1000} s`);
    await device.clock.sleep(serverRetryMs, device.signal);
  }
}

function serverNow(device: Device): string | undefined {
  try {
    return readServer(device.paths) || undefined;
  } catch {
    return undefined;
  }
}
