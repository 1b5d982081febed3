/**
 * The seams between the config side of zedagent (`config/`, `sections/`) and its reporting side (`attest/`,
 * `certificates/`, `info/`, `metrics/`): small interfaces, so that neither knows the other's insides.
 */
import type { Device } from "../agent/mod.ts";
import type { AgentMetrics, Client } from "../../controllerconn/mod.ts";
import type { ConfigItemValueMap, DeviceNetworkStatus } from "../topics/mod.ts";
import type { Outcome } from "./config/outcome.ts";
import type { EventQueue } from "./deferred/event_queue.ts";

/** What every task that talks to the controller needs. */
export interface ControllerAccess {
  readonly device: Device;
  readonly client: Client;
  /** Counts the traffic of {@linkcode client}. */
  readonly metrics: AgentMetrics;
  /** Trimmed content of `/config/server`, read anew. */
  server(): string;
  /** Current device UUID, lower case. */
  devUUID(): string;
  /** Current config item values, with defaults. */
  items(): ConfigItemValueMap;
  readonly networkStatus: () => DeviceNetworkStatus;
  /** Info messages and certificates go through it. */
  readonly events: EventQueue;
  /** The local operator console; it has no URL where none is configured. */
  readonly loc?: LocAccess;
}

/** `loc/`: `openOperatorConsole(access, url, deps)` (`spec/zedagent.md §4.4`). */
export interface LocAccess {
  /** `""` without one. */
  url(): string;
  /** Asks the LOC where the controller has failed. Never throws. @param iteration rotates the ports */
  fetchConfig(configHash: string, iteration: number): Promise<Outcome>;
  /**
   * Its list of the controller's certificates, stored.
   * @throws {ControllerConnError} no answer, or a list that is refused; also one with an older signing certificate
   */
  fetchCerts(iteration: number): Promise<{ readonly changed: boolean }>;
  /** A copy of a metrics message, and all info once more. */
  metricsSent(body: Uint8Array): void;
  /** A copy of a hardware health message. */
  hardwareHealthSent(body: Uint8Array): void;
  /** The same queue, with copies of info for the LOC. */
  copying(events: EventQueue): EventQueue;
}

/** What the attestation tells the config side. */
export interface AttestationDeps {
  readonly standalone: boolean;
  /** Called with each change of state or error text. */
  onState(state: number, error: string): void;
  /** The token file was written. */
  onComplete(): void;
  /** Ask for controller certificates again (CertMiss, CertInvalid). */
  requestCerts(): void;
  /** Status 404 on an attest message. */
  onNotFound(): void;
}

/** `attest/`: `startAttestation(access, deps): Attestation` (`spec/zedagent.md §13`). */
export interface Attestation {
  /** 403 on config. */
  restart(): void;
  /** Another set of the controller's certificates is stored: an answer may be verifiable now. */
  certificatesArrived(): void;
  /** A quote was sent in this run. */
  readonly quoteSent: boolean;
  readonly state: number;
  readonly error: string;
}

/** `certificates/`: `startControllerCertsTask(access, deps): ControllerCertsTask` (`spec/zedagent.md §12.1`). */
export interface ControllerCertsTask {
  /** One-slot trigger. */
  trigger(): void;
  /** Publishes what is stored (also after each verified response). */
  publishStored(): void;
  /** Hashes of certificates that cipher contexts keep alive, lower-case hex. */
  setReferencedHashes(hashes: ReadonlySet<string>): void;
  /** `timer.cert.interval` has another value: it counts from now on. */
  intervalChanged(): void;
  readonly lastFetchFailed: boolean;
}

/** What the controller's certificates tell the config side. */
export interface ControllerCertsDeps {
  /** Another set than before is stored and published: what failed for want of it can be tried again. */
  onArrived(): void;
}

/** What the certificates of the device need (`certificates/`: `startEdgeNodeCertsTask(access, deps): EdgeNodeCertsTask`). */
export interface EdgeNodeCertsDeps {
  /** `ZedAgentStatus.ConfigGetStatus` as published. */
  configGetStatus(): number;
  /** `ZedAgentStatus.EdgeNodeCertsRefused` */
  onRefused(refused: boolean): void;
  /** Status 404. */
  onNotFound(): void;
}

/** Sends the `EdgeNodeCert` list (ATTEST_REQ_CERT) when there are entries. */
export interface EdgeNodeCertsTask {
  /** The device UUID is another. */
  resend(): void;
}

/** What info and metrics need besides the access. */
export interface ReportingDeps {
  readonly report: ConfigReport;
}

/** `info/`: `startInfo(access, deps): InfoTask` (`spec/zedagent.md §14`). */
export interface InfoTask {
  /** Coalesced. */
  requestDeviceInfo(): void;
  /** Epoch or UUID change. */
  publishAll(): void;
  /** `timer.deviceinfo.interval` has another value: it counts from now on. */
  deviceInfoIntervalChanged(): void;
  /** The same of `timer.location.cloud.interval`. */
  locationIntervalChanged(): void;
}

/** `info/`: `startHardwareInfo(access): HardwareInfoTask` (`spec/zedagent.md §14.2`). */
export interface HardwareInfoTask {
  /** Epoch or UUID change. */
  publishAll(): void;
}

/** `metrics/`: `startMetrics(access, deps): MetricsTask` (`spec/zedagent.md §15`). */
export interface MetricsTask {
  intervalChanged(): void;
}

/** One entry of `ZInfoDevice.configItemStatus`; an `unknown` one belongs into `unknownConfigItems` (W12). */
export interface ConfigItemState {
  readonly value: string;
  readonly error: string;
  readonly unknown: boolean;
}

/** What info and metrics report about the config side; read when a message is built. */
export interface ConfigReport {
  /** Key → state. A section that could not be applied whole is there too, as `config.<section>` with `error` only. */
  configItemStatus(): ReadonlyMap<string, ConfigItemState>;
  maintenance(): { readonly on: boolean; readonly reasons: readonly number[] };
  deviceState(): number;
  names(): {
    readonly deviceName: string;
    readonly projectName: string;
    readonly projectId: string;
    readonly enterpriseName: string;
    readonly enterpriseId: string;
  };
  rebootCounter(): number;
  shutdownCounter(): number;
  /** Go time text. */
  lastReceivedConfig(): string;
  lastProcessedConfig(): string;
  globalProfile(): string;
  /** `""` where the global one holds. */
  localProfile?(): string;
  bootReason(): { readonly reason: number; readonly text: string; readonly time: string };
}
