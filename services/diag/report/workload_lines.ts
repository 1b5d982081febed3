/** Applications, downloads, drain, logs (`spec/diag.md §4`, D, L, M, N). Pure. */
import { isZeroTime, SwState } from "../../topics/mod.ts";
import type { BusView } from "../bus/view.ts";
import type { Facts } from "../facts/facts.ts";
import { type Level, line, type ReportLine } from "./line.ts";

/** `spec/diag.md §2.2`; the first two are not worth a line. */
const drainWords: readonly (readonly [Level, string])[] = [
  ["INFO", "Unknown"],
  ["INFO", "Not Supported"],
  ["INFO", "Not Requested"],
  ["INFO", "Requested"],
  ["INFO", "Starting"],
  ["INFO", "Cordoned"],
  ["ERROR", "Failed Cordon"],
  ["WARNING", "Drain Retrying"],
  ["ERROR", "Failed Drain"],
  ["INFO", "Complete"],
];

/** D; nothing while zedmanager has not published. */
export function appSummaryLines({ appSummary }: BusView): ReportLine[] {
  if (appSummary === undefined) return [];
  const { TotalError, TotalStarting, TotalRunning, TotalStopping } = appSummary;
  const rest = `${TotalStarting} starting, ${TotalRunning} running`;
  if (TotalError > 0) {
    return [line("ERROR", `apps: ${TotalError} in error, ${rest}, ${TotalStopping} stopping`)];
  }
  if (TotalStopping > 0) return [line("WARNING", `apps: ${TotalStopping} stopping, ${rest}`)];
  return [line("INFO", `apps: ${rest}`)];
}

/** L, M, N: each sorted by name, then key. */
export function workloadLines({ apps, downloads, drain }: BusView): ReportLine[] {
  return [
    ...sorted(apps, ({ DisplayName }) => DisplayName).map(([key, app]) => {
      const { UUIDandVersion: { UUID }, DisplayName, State, Error } = app;
      const text = `app ${DisplayName} ${UUID || key} ${stateName(State)}`;
      return Error === "" ? line("INFO", text) : line("ERROR", `${text}: ${Error}`);
    }),
    ...sorted(downloads, ({ Name }) => Name).map(([key, download]) => {
      const { Name, ImageSha256, Progress, TotalSize, RetryCount, Error } = download;
      const text = `download ${Name} ${ImageSha256 || key} ${Progress} %`;
      return Error === ""
        ? line("INFO", `${text} of ${TotalSize} bytes`)
        : line("WARNING", `${text}, ${RetryCount} retries: ${Error}`);
    }),
    ...drainLines(drain?.Status ?? 0),
  ];
}

function drainLines(status: number): ReportLine[] {
  const known = drainWords[status];
  if (status < 2) return [];
  return [
    known === undefined
      ? line("WARNING", `node drain: status ${status}`)
      : line(known[0], `node drain: ${known[1]}`),
  ];
}

/** Delivered and waiting. */
export function logLines({ bus, logFolders }: Facts): ReportLine[] {
  const { logs } = bus;
  if (logs === undefined) return [];
  const { FailedToSend, FailSentStartTime, DevMetrics, AppMetrics } = logs;
  const sent = DevMetrics.NumGZipFilesSent + AppMetrics.NumGZipFilesSent;
  const left = logFolders?.waiting ?? DevMetrics.NumGzipFileInDir + AppMetrics.NumGzipFileInDir;
  const text = `logs: ${sent} files delivered, ${left} waiting`;
  if (!FailedToSend || left === 0) return [line("INFO", text)];
  const since = isZeroTime(FailSentStartTime) ? "" : ` since ${FailSentStartTime}`;
  return [line("WARNING", `${text}; the controller has not taken any${since}`)];
}

function stateName(state: number): string {
  return Object.entries(SwState).find(([, value]) => value === state)?.[0] ?? String(state);
}

function sorted<T>(values: ReadonlyMap<string, T>, nameOf: (value: T) => string): (readonly [string, T])[] {
  const order = ([key, value]: readonly [string, T]) => `${nameOf(value)}\0${key}`;
  return [...values].sort((a, b) => order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0);
}
