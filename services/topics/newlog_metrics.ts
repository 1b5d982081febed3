/** `loguploader/NewlogMetrics` and `newlogd/NewlogMetrics`, one type (`spec/loguploader.md §7.1`). Key `global`. */
import { goMap, goPointer } from "./go_containers.ts";
import { goBool, goFloat, goUint, goUint32 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** Counters of one kind of log files. The capitals are Go's: `NumGzipFileInDir` next to `NumGZipFilesSent`. */
export const goLogfileMetrics = goStruct({
  NumGZipFilesSent: goUint,
  NumGZipBytesWrite: goUint,
  NumBytesWrite: goUint,
  NumGzipFileInDir: goUint32,
  NumInputEvent: goUint,
  NumGZipFileRetry: goUint,
  NumGZipFileKeptLocal: goUint32,
  RecentUploadTimestamp: goTimeType,
  LastGZipFileSendTime: goTimeType,
});
/** See {@linkcode goLogfileMetrics}. */
export type LogfileMetrics = GoValue<typeof goLogfileMetrics>;

const goLatency = goStruct({
  MinUploadMsec: goUint32,
  MaxUploadMsec: goUint32,
  AvgUploadMsec: goUint32,
  CurrUploadMsec: goUint32,
});

const goServerStats = goStruct({
  CurrCPULoadPCT: goFloat,
  AvgCPULoadPCT: goFloat,
  CurrProcessMsec: goUint32,
  AvgProcessMsec: goUint32,
});

/** No field is ever left out. */
export const goNewlogMetrics = goStruct({
  FailedToSend: goBool,
  FailSentStartTime: goTimeType,
  LastTooManyReqTime: goTimeType,
  TotalBytesUpload: goUint,
  Num4xxResponses: goUint32,
  NumTooManyRequest: goUint32,
  CurrUploadIntvSec: goUint32,
  LogfileTimeoutSec: goUint32,
  MaxGzipSize: goUint32,
  AvgGzipSize: goUint32,
  NumGZipFileRemoved: goUint32,
  NumBreakGZipFile: goUint32,
  NumSkipUploadAppFile: goUint32,
  NumKmessages: goUint,
  NumSyslogMessages: goUint,
  DevTop10InputBytesPCT: goPointer(goMap(goUint32)),
  TotalSizeLogs: goUint,
  OldestSavedDeviceLog: goTimeType,
  Latency: goLatency,
  ServerStats: goServerStats,
  DevMetrics: goLogfileMetrics,
  AppMetrics: goLogfileMetrics,
});
/** See {@linkcode goNewlogMetrics}. */
export type NewlogMetrics = GoValue<typeof goNewlogMetrics>;
