/** What loguploader counts, and the `NewlogMetrics` made of it (`spec/loguploader.md §7.1`). Pure. */
import {
  goLogfileMetrics,
  goNewlogMetrics,
  goTime,
  type LogfileMetrics,
  type NewlogMetrics,
  zeroTime,
} from "../topics/mod.ts";
import type { LogFile, LogKind } from "./file_name.ts";
import type { ServerReport } from "./response_policy.ts";
import type { ScheduleState } from "./schedule_state.ts";

/** Numbers since the process started. */
export class NewlogCounters {
  #bytes = 0;
  #refusals = 0;
  #tooMany = 0;
  #removed = 0;
  #latency = { MinUploadMsec: 0, MaxUploadMsec: 0, AvgUploadMsec: 0, CurrUploadMsec: 0 };
  #sentFiles = 0;
  #server = { CurrCPULoadPCT: 0, AvgCPULoadPCT: 0, CurrProcessMsec: 0, AvgProcessMsec: 0 };
  #reports = 0;
  readonly #files: Record<LogKind, LogfileMetrics> = {
    device: goLogfileMetrics.zero(),
    app: goLogfileMetrics.zero(),
  };

  /** Any 2xx or 304. Times in milliseconds, sizes in bytes of the gzip file. */
  delivered(file: LogFile, bytes: number, startedWall: number, milliseconds: number): void {
    this.#bytes += bytes;
    this.#sentFiles++;
    const took = Math.round(milliseconds);
    const { MinUploadMsec, MaxUploadMsec, AvgUploadMsec } = this.#latency;
    this.#latency = {
      MinUploadMsec: MinUploadMsec === 0 ? took : Math.min(MinUploadMsec, took),
      MaxUploadMsec: Math.max(MaxUploadMsec, took),
      AvgUploadMsec: Math.round(AvgUploadMsec + (took - AvgUploadMsec) / this.#sentFiles),
      CurrUploadMsec: took,
    };
    const old = this.#files[file.kind];
    this.#files[file.kind] = {
      ...old,
      NumGZipFilesSent: old.NumGZipFilesSent + 1,
      RecentUploadTimestamp: goTime(Math.floor(file.timestamp / 1000) * 1000),
      LastGZipFileSendTime: goTime(startedWall),
    };
  }

  /** The controller's words about itself. */
  reported(report: ServerReport): void {
    this.#reports++;
    const mean = (old: number, value: number) => old + (value - old) / this.#reports;
    this.#server = {
      CurrCPULoadPCT: report.cpuPercentage,
      AvgCPULoadPCT: mean(this.#server.AvgCPULoadPCT, report.cpuPercentage),
      CurrProcessMsec: report.processDelayMsec,
      AvgProcessMsec: Math.round(mean(this.#server.AvgProcessMsec, report.processDelayMsec)),
    };
  }

  notDelivered(file: LogFile): void {
    const old = this.#files[file.kind];
    this.#files[file.kind] = { ...old, NumGZipFileRetry: old.NumGZipFileRetry + 1 };
  }

  /** Any 4xx but 429 and 408. */
  refused(): void {
    this.#refusals++;
  }

  throttled(): void {
    this.#tooMany++;
  }

  /** A file went to `failedUpload`. */
  relocated(file: LogFile): void {
    const old = this.#files[file.kind];
    this.#files[file.kind] = { ...old, NumGZipFileKeptLocal: old.NumGZipFileKeptLocal + 1 };
  }

  /** Files of `keepSentQueue` and `failedUpload` that went for want of room. */
  removed(files: number): void {
    this.#removed += files;
  }

  /** @param left files waiting, by kind */
  metrics(schedule: ScheduleState, left: Readonly<Record<LogKind, number>>): NewlogMetrics {
    return goNewlogMetrics.make({
      FailedToSend: schedule.failedToSend,
      FailSentStartTime: goTime(schedule.failSince.wall),
      LastTooManyReqTime: schedule.tooManyAt === undefined ? zeroTime : goTime(schedule.tooManyAt.wall),
      TotalBytesUpload: this.#bytes,
      Num4xxResponses: this.#refusals,
      NumTooManyRequest: this.#tooMany,
      CurrUploadIntvSec: schedule.intervalSec,
      NumGZipFileRemoved: this.#removed,
      Latency: this.#latency,
      ServerStats: this.#server,
      DevMetrics: { ...this.#files.device, NumGzipFileInDir: left.device },
      AppMetrics: { ...this.#files.app, NumGzipFileInDir: left.app },
    });
  }
}
