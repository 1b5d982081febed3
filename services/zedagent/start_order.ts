/** The program zedagent: start order, gates, and who tells whom what (`spec/zedagent.md §2`). */
import { type Client, newAgentMetrics } from "../../controllerconn/mod.ts";
import {
  AgentError,
  type Device,
  errorText,
  followConfigItems,
  keepTouched,
  openControllerClient,
  openTraffic,
  registerWatchdog,
  retryDelay,
  signalOnce,
  waitFor,
} from "../agent/mod.ts";
import { intItem, topics } from "../topics/mod.ts";
import { openEventQueue } from "./deferred/event_queue.ts";
import { itemDiffers, openConfigSide } from "./config_side.ts";
import { openOperatorConsole } from "./loc/operator_console.ts";
import { makeFolders, serverOf, tryOpen } from "./device_files.ts";
import { openNetDumps } from "./net_dumps.ts";
import { followNetwork, settledRadioSilence } from "./network_view.ts";
import { followNode, standaloneNode } from "./node_view.ts";
import { followOnboarding, getUuidAgain } from "./onboarding_view.ts";
import type { ControllerAccess } from "./parts.ts";
import type { Reporting } from "./reporting.ts";
import { serverRetry } from "./retry_policies.ts";
import { withSharedTopics } from "./shared_topics.ts";
import { applyInitialConfig } from "./sources/initial_config.ts";
import { startTasks, type Tasks } from "./tasks.ts";
import { followVault } from "./vault_view.ts";

/** What the command line gives. */
export interface ZedagentOptions {
  /** Plays nodeagent, baseosmgr and tpmmgr for itself (decisions.md 19). */
  readonly standalone: boolean;
  /** `-p`: prints the saved configuration in this file of `/persist/checkpoint` instead. */
  readonly print?: string;
}

/** Runs until the device ends. @returns 0 @throws {AgentError} `fatal` if the settings can't be published */
export async function runWith(
  given: Device,
  options: ZedagentOptions,
  reporting: Reporting,
): Promise<number> {
  const { standalone } = options;
  const device = withSharedTopics(given);
  makeFolders(device);
  const gates = signalOnce();
  const tasks: Tasks = {};
  let client: Client | undefined;
  const background = new Set<Promise<unknown>>();

  const node = standalone ? standaloneNode : followNode(device, gates, () => nodeChanged());
  const onboarding = followOnboarding(device, (old) => {
    gates.fire();
    if (old !== "") newUuid(old);
  });
  const network = followNetwork(device, {
    changed(status) {
      gates.fire();
      client?.networkChanged();
      const settled = settledRadioSilence(side.status.value.RadioSilence, status.RadioSilence);
      if (settled === undefined) return;
      side.status.set({ RadioSilence: settled });
      side.local.radioSettled();
    },
    recovered: () => tasks.loop?.send({ kind: "trigger", reason: "network-recovered" }),
    succeeded: () => tasks.events?.kickTimerWithinMinute(),
  });
  const side = openConfigSide(device, {
    devUUID: () => onboarding.devUUID,
    node: node.status,
    runningVersion: node.runningVersion,
    restartIsReboot: standalone,
    haveConfig: () => tasks.loop?.state.configReceived === true || tasks.loop?.state.readSaved === true,
    requestDeviceInfo: () => tasks.info?.requestDeviceInfo(),
    setReferencedHashes: (hashes) => tasks.certs?.setReferencedHashes(hashes),
    certsChanged: () => tasks.certs?.trigger(),
    epochChanged: () => publishAll(),
    leftMaintenance: () => tasks.loop?.send({ kind: "trigger", reason: "left-maintenance" }),
    itemsChanged(old, now) {
      tasks.loop?.send({ kind: "interval", intervalMs: intItem(now, "timer.config.interval") * 1000 });
      if (itemDiffers(old, now, "timer.metric.interval")) tasks.metrics?.intervalChanged();
      if (itemDiffers(old, now, "timer.cert.interval")) tasks.certs?.intervalChanged();
      if (itemDiffers(old, now, "timer.deviceinfo.interval")) tasks.info?.deviceInfoIntervalChanged();
      if (itemDiffers(old, now, "timer.location.cloud.interval")) tasks.info?.locationIntervalChanged();
      side.mode.update();
    },
  });
  followVault(device, (vault) => side.status.set(vault));
  const nodeChanged = () => {
    side.mode.update();
    side.operations.nodeChanged();
    side.local.nodeChanged();
    side.status.set({});
  };
  const newUuid = (old: string) => {
    device.log.warn(`the device UUID is ${onboarding.devUUID} now, it was ${old}`);
    tasks.loop?.send({ kind: "trigger", reason: "new-uuid" });
    tasks.edgeNodeCerts?.resend();
    publishAll();
  };
  const publishAll = () => {
    tasks.info?.publishAll();
    tasks.hardwareInfo?.publishAll();
  };
  const getUuid = () => {
    const work = getUuidAgain(device).finally(() => background.delete(work));
    background.add(work);
  };

  const agentMetrics = newAgentMetrics(() => device.clock.now());
  const { purposes } = openTraffic(device, topics.zedagent.TrafficCounters);
  const openClient = () =>
    openControllerClient(device, {
      deviceNetworkStatus: () => network.status,
      configItems: { int: (key) => intItem(side.items.map, key) },
      devUUID: () => onboarding.devUUID,
      metrics: agentMetrics,
      purposes,
    });
  client = tryOpen(device, openClient);
  applyInitialConfig(device, client, side.applier, side.items);
  try {
    side.items.beginPublishing();
  } catch (error) {
    throw new AgentError("fatal", `ConfigItemValueMap can't be published: ${errorText(error)}`, {
      cause: error,
    });
  }

  if (!await waitFor(gates, () => onboarding.devUUID !== "", device.signal)) return 0;
  device.log.info(`device UUID ${onboarding.devUUID}`);
  while (serverOf(device) === "" || (client ??= tryOpen(device, openClient)) === undefined) {
    await device.clock.sleep(retryDelay(device.random, serverRetry), device.signal);
    if (device.signal.aborted) return 0;
  }
  const loc = openOperatorConsole(
    { device, client, devUUID: () => onboarding.devUUID },
    () => side.publications.LOCConfig.get("")?.LocURL ?? "",
    (compound) => side.local.orderedByLoc(compound),
  );
  const ownItems = followConfigItems(device, () => gates.fire());
  const dumps = openNetDumps(device, {
    items: () => ownItems.map,
    updateInprogress: () => node.status().UpdateInprogress,
    devUUID: () => onboarding.devUUID,
    network: () => network.status,
  });
  const notFound = () => tasks.loop?.send({ kind: "not-found" });
  const events = tasks.events = loc.copying(openEventQueue(device, client, notFound, dumps.info));
  side.publications.AppInstanceConfig.signalRestarted();
  const gatesOpen = () =>
    node.isKnown && ownItems.map !== undefined && node.isBaseOsReady && network.status !== undefined;
  if (!await waitFor(gates, gatesOpen, device.signal)) return 0;

  const access: ControllerAccess = {
    device,
    client,
    metrics: agentMetrics,
    server: () => serverOf(device),
    devUUID: () => onboarding.devUUID,
    items: () => side.items.map,
    networkStatus: () => network.orEmpty,
    events,
    loc,
  };
  side.local.start({ client, network: () => network.status });
  const loop = startTasks(tasks, { access, dumps, side, node, loc, standalone, reporting, getUuid });

  const touching = keepTouched(device, "zedagentconfig");
  registerWatchdog(device, "zedagentconfig");
  await touching;
  await loop.ended;
  await dumps.idle;
  await Promise.allSettled(background);
  return 0;
}
