/** The program zedagent: start order, gates, and who tells whom what (`spec/zedagent.md §2`). */
import { type Client, newAgentMetrics } from "../../controllerconn/mod.ts";
import {
  AgentError,
  type Device,
  errorText,
  keepTouched,
  openControllerClient,
  readServer,
  registerWatchdog,
  signalOnce,
  waitFor,
} from "../agent/mod.ts";
import { intItem } from "../topics/mod.ts";
import { configReport } from "./config_report.ts";
import { itemDiffers, openConfigSide } from "./config_side.ts";
import { savedConfigCandidates } from "./config/boot_reason.ts";
import { type ConfigLoop, startConfigLoop } from "./config/loop_runner.ts";
import { loadSavedConfig } from "./config/saved_config.ts";
import { followNetwork, settledRadioSilence } from "./network_view.ts";
import { followNode, standaloneNode } from "./node_view.ts";
import { followOnboarding, getUuidAgain } from "./onboarding_view.ts";
import type {
  Attestation,
  ControllerAccess,
  ControllerCertsTask,
  EdgeNodeCertsTask,
  InfoTask,
  MetricsTask,
} from "./parts.ts";
import type { Reporting } from "./reporting.ts";
import { applyInitialConfig } from "./sources/initial_config.ts";

/** What the command line gives. */
export interface ZedagentOptions {
  /** Plays nodeagent, baseosmgr and tpmmgr for itself (decisions.md 19). */
  readonly standalone: boolean;
}

/** What is started once the gates are open. */
interface Tasks {
  loop?: ConfigLoop;
  certs?: ControllerCertsTask;
  edgeNodeCerts?: EdgeNodeCertsTask;
  attestation?: Attestation;
  info?: InfoTask;
  metrics?: MetricsTask;
}

/** Pause between two looks at `/config/server` while it is missing or empty, in milliseconds. */
const serverRetryMs = 10_000;

/** Runs until the device ends. @returns 0 @throws {AgentError} `fatal` if the settings can't be published */
export async function runWith(
  device: Device,
  options: ZedagentOptions,
  reporting: Reporting,
): Promise<number> {
  const { standalone } = options;
  makeFolders(device);
  const gates = signalOnce();
  const tasks: Tasks = {};
  const background = new Set<Promise<unknown>>();

  const node = standalone ? standaloneNode : followNode(device, gates, () => nodeChanged());
  const onboarding = followOnboarding(device, (old) => {
    gates.fire();
    if (old !== "") newUuid(old);
  });
  const network = followNetwork(device, {
    changed(status) {
      gates.fire();
      const settled = settledRadioSilence(side.status.value.RadioSilence, status.RadioSilence);
      if (settled !== undefined) side.status.set({ RadioSilence: settled });
    },
    recovered: () => tasks.loop?.send({ kind: "trigger", reason: "network-recovered" }),
  });
  const side = openConfigSide(device, {
    devUUID: () => onboarding.devUUID,
    node: node.status,
    runningVersion: node.runningVersion,
    haveConfig: () => tasks.loop?.state.configReceived === true || tasks.loop?.state.readSaved === true,
    requestDeviceInfo: () => tasks.info?.requestDeviceInfo(),
    setReferencedHashes: (hashes) => tasks.certs?.setReferencedHashes(hashes),
    certsChanged: () => tasks.certs?.trigger(),
    epochChanged: () => tasks.info?.publishAll(),
    leftMaintenance: () => tasks.loop?.send({ kind: "trigger", reason: "left-maintenance" }),
    itemsChanged(old, now) {
      tasks.loop?.send({ kind: "interval", intervalMs: intItem(now, "timer.config.interval") * 1000 });
      if (itemDiffers(old, now, "timer.metric.interval")) tasks.metrics?.intervalChanged();
      side.mode.update();
    },
  });
  const nodeChanged = () => {
    side.mode.update();
    side.operations.nodeChanged();
    side.status.set({});
  };
  const newUuid = (old: string) => {
    device.log.warn(`the device UUID is ${onboarding.devUUID} now, it was ${old}`);
    tasks.loop?.send({ kind: "trigger", reason: "new-uuid" });
    tasks.edgeNodeCerts?.resend();
    tasks.info?.publishAll();
  };
  const getUuid = () => {
    const work = getUuidAgain(device).finally(() => background.delete(work));
    background.add(work);
  };

  const agentMetrics = newAgentMetrics(() => device.clock.now());
  const openClient = () =>
    openControllerClient(device, {
      deviceNetworkStatus: () => network.status,
      configItems: { int: (key) => intItem(side.items.map, key) },
      devUUID: () => onboarding.devUUID,
      metrics: agentMetrics,
    });
  let client: Client | undefined = tryOpen(device, openClient);
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
    await device.clock.sleep(serverRetryMs, device.signal);
    if (device.signal.aborted) return 0;
  }
  side.publications.AppInstanceConfig.signalRestarted();
  const gatesOpen = () => node.isKnown && node.isBaseOsReady && network.status !== undefined;
  if (!await waitFor(gates, gatesOpen, device.signal)) return 0;

  const access: ControllerAccess = {
    device,
    client,
    metrics: agentMetrics,
    server: () => serverOf(device),
    devUUID: () => onboarding.devUUID,
    items: () => side.items.map,
    networkStatus: () => network.orEmpty,
  };
  const reportingDeps = { report: configReport(side, node.status), standalone };
  tasks.loop = startConfigLoop({
    access,
    intervalMs: intItem(side.items.map, "timer.config.interval") * 1000,
    backUpAfterMs: () => intItem(side.items.map, "timer.test.baseimage.update") * 1000,
    updateInprogress: () => node.status().UpdateInprogress,
    quoteSent: () => tasks.attestation?.quoteSent ?? false,
    apply: (config, source) => side.applier.apply(config, source),
    loadSaved: () => loadSavedConfig(device, access.client, savedConfigCandidates(node.status().BootReason)),
    publishStatus: (configGetStatus) => side.status.set({ ConfigGetStatus: configGetStatus }),
    responseVerified: () => tasks.certs?.publishStored(),
    requestCerts: () => tasks.certs?.trigger(),
    restartAttestation: () => tasks.attestation?.restart(),
    getUuid,
    requestDeviceInfo: () => tasks.info?.requestDeviceInfo(),
  });
  const trigger = (reason: "attested" | "certificates-arrived") =>
    tasks.loop?.send({ kind: "trigger", reason });

  tasks.info = reporting.startInfo(access, reportingDeps);
  tasks.metrics = reporting.startMetrics(access, reportingDeps);
  tasks.info.requestDeviceInfo();
  side.mode.update();
  side.status.beginPublishing();
  side.ports.publishEmptyLps();
  tasks.certs = reporting.startControllerCertsTask(access, {
    onArrived: () => trigger("certificates-arrived"),
  });
  tasks.certs.publishStored();
  tasks.loop.send({ kind: "start" });
  tasks.edgeNodeCerts = reporting.startEdgeNodeCertsTask(access, {
    standalone,
    configGetStatus: () => side.status.value.ConfigGetStatus,
    onRefused: (EdgeNodeCertsRefused) => side.status.set({ EdgeNodeCertsRefused }),
    onNotFound: getUuid,
  });
  tasks.attestation = reporting.startAttestation(access, {
    standalone,
    onState(AttestState, AttestError) {
      side.status.set({ AttestState, AttestError });
      tasks.info?.requestDeviceInfo();
    },
    onComplete: () => trigger("attested"),
    requestCerts: () => tasks.certs?.trigger(),
    onNotFound: getUuid,
  });

  registerWatchdog(device, "zedagentconfig");
  await keepTouched(device, "zedagentconfig");
  await tasks.loop.ended;
  await Promise.allSettled(background);
  return 0;
}

/** `§1`; a folder that can't be made is logged, and what needs it says so again. */
function makeFolders(device: Device): void {
  for (const folder of [device.paths.persist, `${device.paths.persist}/certs`, device.paths.checkpoint]) {
    try {
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      device.log.error(`${folder} can't be made: ${errorText(error)}`);
    }
  }
}

function tryOpen(device: Device, open: () => Client): Client | undefined {
  try {
    return open();
  } catch (error) {
    device.log.error(`no requests to the controller yet: ${errorText(error)}; trying again later`);
    return undefined;
  }
}

function serverOf(device: Device): string {
  try {
    return readServer(device.paths);
  } catch (error) {
    device.log.error(`${errorText(error)}; trying again later`);
    return "";
  }
}
