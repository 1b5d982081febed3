/** Starts the tasks of the reporting side; each is a room of its own below this folder. */
import type {
  Attestation,
  AttestationDeps,
  ControllerAccess,
  ControllerCertsDeps,
  ControllerCertsTask,
  EdgeNodeCertsDeps,
  EdgeNodeCertsTask,
  HardwareInfoTask,
  InfoTask,
  MetricsTask,
  ReportingDeps,
} from "./parts.ts";

/** How each is started; a test can put its own in. */
export interface Reporting {
  startAttestation(access: ControllerAccess, deps: AttestationDeps): Attestation;
  startControllerCertsTask(access: ControllerAccess, deps: ControllerCertsDeps): ControllerCertsTask;
  startEdgeNodeCertsTask(access: ControllerAccess, deps: EdgeNodeCertsDeps): EdgeNodeCertsTask;
  startInfo(access: ControllerAccess, deps: ReportingDeps): InfoTask;
  startHardwareInfo(access: ControllerAccess): HardwareInfoTask;
  startMetrics(access: ControllerAccess, deps: ReportingDeps): MetricsTask;
}
