/** `appMetric`: what an app uses (`spec/zedagent.md §15`). Pure. */
import type { metrics } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import {
  type AppContainerMetrics,
  type AppInstanceStatus,
  type DomainMetric,
  isZeroTime,
  timeMs,
  zeroTime,
} from "../../topics/mod.ts";
import { type NetworkCounters, swappedCounters } from "./network_counters.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";

/** By app UUID; Go times. */
export type CollectTimes = ReadonlyMap<string, string>;

/** When the containers of each app were asked. */
export function collectTimes({ apps, containers }: ObjectMetricsInputs): CollectTimes {
  return new Map(
    apps.map(({ UUIDandVersion: { UUID } }) => [UUID, containers(UUID)?.CollectTime ?? zeroTime]),
  );
}

/** What goes into them. */
export interface AppMetricsInputs {
  readonly objects: ObjectMetricsInputs;
  /** By interface. */
  readonly counters: ReadonlyMap<string, NetworkCounters>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * App UUID → when its containers were asked for what the message before this one tells: those not asked again have their name
   * only. Not compared with a clock, which may have been set meanwhile.
   */
  readonly collected: CollectTimes;
}

/** Interfaces that count in the app's own direction; on all others what the app sends is received. */
const countedByApp = ["nbn", "nbu", "nbo"];
const nanosecondsPerSecond = 1e9;
const megabyte = 2 ** 20;

/** Of all apps; in a cluster only of those that run here. */
export function appMetrics(inputs: AppMetricsInputs): metrics.IappMetric[] {
  return inputs.objects.apps.filter(({ NoUploadStatsToController }) => !NoUploadStatsToController)
    .map((app) => appMetric(app, inputs));
}

function appMetric(app: AppInstanceStatus, inputs: AppMetricsInputs): metrics.IappMetric {
  const { objects, counters, now, collected } = inputs;
  const { UUID } = app.UUIDandVersion;
  const domain = objects.domain(UUID);
  const containers = objects.containers(UUID);
  return {
    AppID: UUID,
    appVersion: app.UUIDandVersion.Version,
    AppName: app.DisplayName,
    cpu: {
      // A duration, but the field is a time: seconds since 1970.
      ...(app.Activated && !isZeroTime(app.BootTime)
        ? { upTime: toTimestamp(Math.max(0, now - timeMs(app.BootTime))) }
        : {}),
      ...(domain === undefined ? {} : cpuTotals(domain.CPUTotalNs)),
    },
    ...(domain === undefined ? {} : memoryOf(domain)),
    network: networks(app, counters),
    disk: disks(app, objects),
    container: containers === undefined ? [] : containerMetrics(containers, collected.get(UUID)),
    patch_envelope: objects.patchUsages.filter(({ AppUUID }) => AppUUID === UUID).map((usage) => ({
      uuid: usage.PatchID,
      version: usage.Version,
      patch_api_call_count: usage.PatchAPICallCount,
      download_count: usage.DownloadCount,
    })),
  };
}

function cpuTotals(nanoseconds: number): metrics.IappCpuMetric {
  return { total: Math.trunc(nanoseconds / nanosecondsPerSecond), total_ns: nanoseconds };
}

/** `memory` is what older controllers read. */
function memoryOf(domain: DomainMetric): metrics.IappMetric {
  return {
    appMemory: { allocatedMB: domain.AllocatedMB, usedMB: domain.UsedMemory },
    memory: {
      usedMem: domain.UsedMemory,
      availMem: domain.AvailableMemory,
      usedPercentage: domain.UsedMemoryPercent,
      availPercentage: 100 - domain.UsedMemoryPercent,
    },
  };
}

function networks(
  app: AppInstanceStatus,
  counters: ReadonlyMap<string, NetworkCounters>,
): metrics.InetworkMetric[] {
  return (app.AppNetAdapters ?? []).flatMap(({ Name, VifUsed }) => {
    const counted = VifUsed === "" ? undefined : counters.get(VifUsed);
    if (counted === undefined) return [];
    const isAppsOwn = countedByApp.some((prefix) => VifUsed.startsWith(prefix));
    return [{ iName: Name, localName: VifUsed, ...(isAppsOwn ? counted : swappedCounters(counted)) }];
  });
}

function disks(app: AppInstanceStatus, objects: ObjectMetricsInputs): metrics.IappDiskMetric[] {
  return (app.VolumeRefStatusList ?? []).flatMap(({ ActiveFileLocation }) => {
    const disk = ActiveFileLocation === "" ? undefined : objects.disk(ActiveFileLocation);
    return disk === undefined ? [] : [{
      disk: ActiveFileLocation,
      provisioned: Math.round(disk.ProvisionedBytes / megabyte),
      used: Math.round(disk.UsedBytes / megabyte),
      diskType: disk.DiskType,
      dirty: disk.Dirty,
    }];
  });
}

function containerMetrics(
  { CollectTime, StatsList }: AppContainerMetrics,
  told: string | undefined,
): metrics.IappContainerMetric[] {
  const isNew = !isZeroTime(CollectTime) && CollectTime !== told;
  return (StatsList ?? []).map((stats) => ({
    appContainerName: stats.ContainerName,
    ...(isNew
      ? {
        status: stats.Status,
        PIDs: stats.Pids,
        cpu: {
          upTime: toTimestamp(stats.Uptime / 1e6),
          ...cpuTotals(stats.CPUTotal),
          systemTotal: Math.trunc(stats.SystemCPUTotal / nanosecondsPerSecond),
        },
        appContainerMemory: { allocatedMB: stats.AllocatedMem, usedMB: stats.UsedMem },
        memory: { usedMem: stats.UsedMem, availMem: stats.AllocatedMem },
        network: { txBytes: stats.TxBytes, rxBytes: stats.RxBytes },
        disk: { readBytes: stats.ReadBytes, writeBytes: stats.WriteBytes },
      }
      : {}),
  }));
}
