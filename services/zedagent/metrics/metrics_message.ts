/** `ZMetricMsg`: what the device knows of itself, and what other agents tell of apps, volumes and networks (`spec/zedagent.md §15`). Pure. */
import { type metrics, ZMetricMsg } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import type { MetricsMap } from "../../../controllerconn/mod.ts";
import {
  type DeviceNetworkStatus,
  isZeroTime,
  type LogfileMetrics,
  type NewlogMetrics,
  nilUUID,
  timeMs,
} from "../../topics/mod.ts";
import { timeField } from "../info/error_info.ts";
import { appMetrics, type CollectTimes } from "./app_metrics.ts";
import { cellularMetrics } from "./cellular_metrics.ts";
import { cipherMetrics } from "./cipher_metrics.ts";
import type { NetworkCounters } from "./network_counters.ts";
import { networkInstanceMetrics } from "./network_instance_metrics.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";
import { volumeMetrics } from "./volume_metrics.ts";

/** What goes into one message. */
export interface MetricsInputs {
  readonly devUUID: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly uptimeSeconds: number | undefined;
  readonly network: DeviceNetworkStatus;
  /** By interface; absent ones stay absent. */
  readonly counters: ReadonlyMap<string, NetworkCounters>;
  /** Rules that keep traffic of apps apart; `undefined` where nobody counts them. */
  readonly aclRules: number | undefined;
  /** What the process waits for just now: what comes nearest to tasks in a program of one thread. */
  readonly tasks: number;
  /** Of all programs, summed. */
  readonly traffic: MetricsMap;
  /** Absent without newlogd. */
  readonly newlog: NewlogMetrics | undefined;
  /** Go time texts. */
  readonly lastReceivedConfig: string;
  readonly lastProcessedConfig: string;
  /** Of `timer.metric.interval`. */
  readonly intervalSeconds: number;
  /** What other agents tell. */
  readonly objects: ObjectMetricsInputs;
  /** Absent where no flows are sent. */
  readonly flowLog?: metrics.IFlowlogMetric;
  /** Of the message before this one; empty for the first. */
  readonly collected: CollectTimes;
}

/** The message, ready to be sent. */
export function metricsMessage(inputs: MetricsInputs): Uint8Array {
  const { devUUID, objects } = inputs;
  return ZMetricMsg.encode({
    devID: devUUID,
    atTimeStamp: toTimestamp(measuredAt(inputs)),
    dm: deviceMetric(inputs),
    am: appMetrics(inputs),
    nm: networkInstanceMetrics(objects),
    vm: volumeMetrics(objects),
  }).finish();
}

/** When the hypervisor was asked, where there is one: the loads are computed with that time. */
function measuredAt({ objects, now }: MetricsInputs): number {
  const device = objects.domain(nilUUID);
  return device === undefined || isZeroTime(device.LastHeard) ? now : timeMs(device.LastHeard);
}

/** Its content. */
export function deviceMetric(inputs: MetricsInputs): metrics.IdeviceMetric {
  const { network, counters, aclRules, uptimeSeconds, newlog } = inputs;
  return {
    // A duration, but the field is a time: seconds since 1970.
    ...(uptimeSeconds === undefined ? {} : { cpuMetric: { upTime: toTimestamp(uptimeSeconds * 1000) } }),
    network: (network.Ports ?? []).map(({ IfName, Logicallabel, Alias }) => ({
      iName: Logicallabel,
      localName: IfName,
      alias: Alias,
      ...counters.get(IfName),
    })),
    zedcloud: zedcloudMetrics(inputs.traffic),
    ...(aclRules === undefined ? {} : { acl: { total_rule_count: aclRules } }),
    zedbox: { numGoRoutines: inputs.tasks },
    ...(newlog === undefined ? {} : { newlog: newlogMetric(newlog) }),
    cipher: cipherMetrics(inputs.objects),
    cellular: cellularMetrics(inputs.objects.wwan),
    ...(inputs.flowLog === undefined ? {} : { flowlog: inputs.flowLog }),
    ...timeField("last_received_config", inputs.lastReceivedConfig),
    ...timeField("last_processed_config", inputs.lastProcessedConfig),
    dormant_time_in_seconds: 3 * inputs.intervalSeconds,
  };
}

function zedcloudMetrics(traffic: MetricsMap): metrics.IzedcloudMetric[] {
  return Object.entries(traffic).map(([ifName, port]) => ({
    ifName,
    failures: port.FailureCount,
    success: port.SuccessCount,
    ...timeField("lastFailure", port.LastFailure),
    ...timeField("lastSuccess", port.LastSuccess),
    authVerifyFailure: port.AuthFailCount,
    urlMetrics: Object.entries(port.URLCounters).map(([url, counters]) => ({
      url,
      tryMsgCount: counters.TryMsgCount,
      tryByteCount: counters.TryByteCount,
      sentMsgCount: counters.SentMsgCount,
      sentByteCount: counters.SentByteCount,
      recvMsgCount: counters.RecvMsgCount,
      recvByteCount: counters.RecvByteCount,
      total_time_spent: counters.TotalTimeSpent,
      sess_resume_count: counters.SessionResume,
    })),
  }));
}

function newlogMetric(newlog: NewlogMetrics): metrics.InewlogMetric {
  return {
    failedToSend: newlog.FailedToSend,
    ...timeField("failSentStartTime", newlog.FailSentStartTime),
    totalBytesUpload: newlog.TotalBytesUpload,
    num4xxResponses: newlog.Num4xxResponses,
    currentUploadIntv: newlog.CurrUploadIntvSec,
    logfileTimeout: newlog.LogfileTimeoutSec,
    maxGzipFileSize: newlog.MaxGzipSize,
    avgGzipFileSize: newlog.AvgGzipSize,
    mimUploadMsec: newlog.Latency.MinUploadMsec,
    maxUploadMsec: newlog.Latency.MaxUploadMsec,
    avgUploadMsec: newlog.Latency.AvgUploadMsec,
    lastUploadMsec: newlog.Latency.CurrUploadMsec,
    currentCPULoadPct: newlog.ServerStats.CurrCPULoadPCT,
    averageCPULoadPct: newlog.ServerStats.AvgCPULoadPCT,
    currentProcessDelay: newlog.ServerStats.CurrProcessMsec,
    averageProcessDelay: newlog.ServerStats.AvgProcessMsec,
    deviceMetrics: logfileMetrics(newlog.DevMetrics),
    appMetrics: logfileMetrics(newlog.AppMetrics),
    top10_input_sources: newlog.DevTop10InputBytesPCT ?? {},
    gzipFilesRemoved: newlog.NumGZipFileRemoved,
    tooManyRequest: newlog.NumTooManyRequest,
    skipUploadAppFile: newlog.NumSkipUploadAppFile,
    total_size_logs: newlog.TotalSizeLogs,
    ...timeField("oldest_saved_device_log", newlog.OldestSavedDeviceLog),
  };
}

function logfileMetrics(files: LogfileMetrics): metrics.IlogfileMetrics {
  return {
    numGzipFileSent: files.NumGZipFilesSent,
    numGzipBytesWrite: files.NumGZipBytesWrite,
    numBytesWrite: files.NumBytesWrite,
    numGzipFileInDir: files.NumGzipFileInDir,
    numInputEvent: files.NumInputEvent,
    numGzipFileRetry: files.NumGZipFileRetry,
    numGzipFileKeptLocal: files.NumGZipFileKeptLocal,
    ...timeField("recentGzipFileTime", files.RecentUploadTimestamp),
    ...timeField("lastGzipFileSendTime", files.LastGZipFileSendTime),
  };
}
