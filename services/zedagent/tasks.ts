/** The tasks that begin once the gates are open, and what they tell each other (`spec/zedagent.md §2`, steps 17 to 20). */
import { AttestState, intItem } from "../topics/mod.ts";
import { configReport } from "./config_report.ts";
import type { ConfigSide } from "./config_side.ts";
import { savedConfigCandidates } from "./config/boot_reason.ts";
import { type ConfigLoop, startConfigLoop } from "./config/loop_runner.ts";
import type { EventQueue } from "./deferred/event_queue.ts";
import { loadSavedConfig } from "./config/saved_config.ts";
import type { OperatorConsole } from "./loc/operator_console.ts";
import type { NetDumps } from "./net_dumps.ts";
import type { NodeView } from "./node_view.ts";
import type {
  Attestation,
  ControllerAccess,
  ControllerCertsTask,
  EdgeNodeCertsTask,
  HardwareInfoTask,
  InfoTask,
  MetricsTask,
} from "./parts.ts";
import type { Reporting } from "./reporting.ts";
import { referencedCertHashes } from "./sections/cipher.ts";

/** Filled while they start; none of them is there before the gates are open. */
export interface Tasks {
  events?: EventQueue;
  loop?: ConfigLoop;
  certs?: ControllerCertsTask;
  edgeNodeCerts?: EdgeNodeCertsTask;
  attestation?: Attestation;
  info?: InfoTask;
  hardwareInfo?: HardwareInfoTask;
  metrics?: MetricsTask;
}

/** What the tasks stand on. */
export interface TaskDeps {
  readonly access: ControllerAccess;
  readonly dumps: NetDumps;
  readonly side: ConfigSide;
  readonly node: NodeView;
  readonly loc: OperatorConsole;
  readonly standalone: boolean;
  readonly reporting: Reporting;
  /** Runs `client getUuid`. */
  getUuid(): void;
}

/** States from which attestation goes on by itself: a 403 meanwhile is no news. */
const underWay: readonly number[] = [
  AttestState.StateNonceWait,
  AttestState.StateInternalQuoteWait,
  AttestState.StateAttestWait,
  AttestState.StateRestartWait,
];

/** Starts all of them, `ZedAgentStatus` and the port config of a local server, empty without one, first. */
export function startTasks(tasks: Tasks, deps: TaskDeps): ConfigLoop {
  const { access, dumps, side, node, loc, standalone, reporting } = deps;
  const { device, client } = access;
  const reportingDeps = { report: configReport(side, node.status) };
  const loop = startConfigLoop({
    access,
    dumper: dumps.config,
    intervalMs: intItem(side.items.map, "timer.config.interval") * 1000,
    backUpAfterMs: () => intItem(side.items.map, "timer.test.baseimage.update") * 1000,
    updateInprogress: () => node.status().UpdateInprogress,
    quoteSent: () => tasks.attestation?.quoteSent ?? false,
    attestationRuns: () => underWay.includes(tasks.attestation?.state ?? AttestState.StateNone),
    apply(config, source) {
      const result = side.applier.apply(config, loc.hasServed(config) ? "loc" : source);
      side.status.set({ LOCUrl: loc.url() });
      side.local.applied(config, result, side.mode.maintenance.on);
      if (result === "configOK") loc.applied(config);
      return result;
    },
    retryFailed() {
      side.items.retry();
      side.applier.retry("disk");
    },
    loadSaved: () => loadSavedConfig(device, client, savedConfigCandidates(node.status().BootReason)),
    publishStatus: (configGetStatus) => side.status.set({ ConfigGetStatus: configGetStatus }),
    responseVerified: () => tasks.certs?.publishStored(),
    requestCerts: () => tasks.certs?.trigger(),
    restartAttestation: () => tasks.attestation?.restart(),
    getUuid: deps.getUuid,
    requestDeviceInfo: () => tasks.info?.requestDeviceInfo(),
  });
  tasks.loop = loop;
  tasks.info = reporting.startInfo(access, reportingDeps);
  tasks.metrics = reporting.startMetrics(access, reportingDeps);
  tasks.info.requestDeviceInfo();
  tasks.hardwareInfo = reporting.startHardwareInfo(access);
  side.mode.update();
  side.status.set({ LOCUrl: loc.url() });
  side.status.beginPublishing();
  side.publications.DevicePortConfig.publish("lps", side.local.portConfig);

  tasks.certs = reporting.startControllerCertsTask(access, {
    onArrived() {
      side.certificatesArrived();
      loop.send({ kind: "trigger", reason: "certificates-arrived" });
      tasks.attestation?.certificatesArrived();
    },
  });
  // What an earlier process of this boot has published may still be needed, whatever is stored now.
  tasks.certs.setReferencedHashes(referencedCertHashes(side.publications.CipherContext.getAll()));
  tasks.certs.publishStored();
  loop.send({ kind: "start" });
  tasks.edgeNodeCerts = reporting.startEdgeNodeCertsTask(access, {
    configGetStatus: () => side.status.value.ConfigGetStatus,
    onRefused: (EdgeNodeCertsRefused) => side.status.set({ EdgeNodeCertsRefused }),
    onNotFound: () => loop.send({ kind: "not-found" }),
  });
  tasks.attestation = reporting.startAttestation(access, {
    standalone,
    onState(AttestState, AttestError) {
      side.status.set({ AttestState, AttestError });
      tasks.info?.requestDeviceInfo();
    },
    onComplete: () => loop.send({ kind: "trigger", reason: "attested" }),
    requestCerts: () => tasks.certs?.trigger(),
    onNotFound: () => loop.send({ kind: "not-found" }),
  });
  return loop;
}
