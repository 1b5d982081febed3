/** What the metrics of apps, volumes and networks are made from: the topics of other agents, each of which may be absent. */
import type {
  AppContainerMetrics,
  AppDiskMetric,
  AppInstanceStatus,
  CipherMetrics,
  DomainMetric,
  NetworkInstanceMetrics,
  PatchEnvelopeUsage,
  VolumeStatus,
  WwanMetrics,
} from "../../topics/mod.ts";

/** As they stand when a message is made. */
export interface ObjectMetricsInputs {
  readonly apps: readonly AppInstanceStatus[];
  readonly volumes: readonly VolumeStatus[];
  readonly networkInstances: readonly NetworkInstanceMetrics[];
  /** By agent. */
  readonly cipher: ReadonlyMap<string, CipherMetrics>;
  readonly wwan: WwanMetrics | undefined;
  readonly patchUsages: readonly PatchEnvelopeUsage[];
  /** @param uuid of an app; the nil UUID for the device itself */
  domain(uuid: string): DomainMetric | undefined;
  containers(uuid: string): AppContainerMetrics | undefined;
  /** @param path of a file, as in `FileLocation` */
  disk(path: string): AppDiskMetric | undefined;
}
