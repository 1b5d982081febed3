/** What apps use: `domainmgr/DomainMetric`, `zedrouter/AppContainerMetrics` (`spec/zedagent.md §15`). Only what is read. */
import { goList } from "./go_containers.ts";
import { goFloat, goInt, goString, goUint } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";

/** Key: app UUID; the nil UUID stands for the device itself. Memory in MB. */
export const goDomainMetric = goStruct({
  UUIDandVersion: goUUIDandVersion,
  CPUTotalNs: goUint,
  AllocatedMB: goUint,
  UsedMemory: goUint,
  AvailableMemory: goUint,
  UsedMemoryPercent: goFloat,
  /** When the hypervisor was asked. */
  LastHeard: goTimeType,
});
/** See {@linkcode goDomainMetric}. */
export type DomainMetric = GoValue<typeof goDomainMetric>;

/** Key: app UUID. Times of the CPU in nanoseconds, memory and disk in MB. */
export const goAppContainerMetrics = goStruct({
  UUIDandVersion: goUUIDandVersion,
  CollectTime: goTimeType,
  StatsList: goList(goStruct({
    ContainerName: goString,
    Status: goString,
    Pids: goUint,
    Uptime: goInt,
    CPUTotal: goUint,
    SystemCPUTotal: goUint,
    UsedMem: goUint,
    AllocatedMem: goUint,
    TxBytes: goUint,
    RxBytes: goUint,
    ReadBytes: goUint,
    WriteBytes: goUint,
  })),
});
/** See {@linkcode goAppContainerMetrics}. */
export type AppContainerMetrics = GoValue<typeof goAppContainerMetrics>;
