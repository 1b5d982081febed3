/** What zedmanager and downloader sum up, as far as diag reads it, and the states of apps (`spec/diag.md §2`). */
import { goErrorAndTime } from "./error_and_time.ts";
import { goInt, goString, goUint, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";

/** How many apps are in which state. */
export const goAppInstanceSummary = goStruct({
  UUIDandVersion: goUUIDandVersion,
  TotalStarting: goUint8,
  TotalRunning: goUint8,
  TotalStopping: goUint8,
  TotalError: goUint8,
});
/** See {@linkcode goAppInstanceSummary}. */
export type AppInstanceSummary = GoValue<typeof goAppInstanceSummary>;

/** Key: sha256. `Progress` in percent. */
export const goDownloaderStatus = goStruct({
  ImageSha256: goString,
  Name: goString,
  TotalSize: goInt,
  Progress: goUint,
  ...goErrorAndTime.fields,
  RetryCount: goInt,
});
/** See {@linkcode goDownloaderStatus}. */
export type DownloaderStatus = GoValue<typeof goDownloaderStatus>;

/** `State` of apps, volumes and content (`spec/diag.md §2.2`). */
export const SwState = {
  INITIAL: 100,
  RESOLVING_TAG: 101,
  RESOLVED_TAG: 102,
  DOWNLOADING: 103,
  DOWNLOADED: 104,
  VERIFYING: 105,
  VERIFIED: 106,
  LOADING: 107,
  LOADED: 108,
  CREATING_VOLUME: 109,
  CREATED_VOLUME: 110,
  INSTALLED: 111,
  AWAITNETWORKINSTANCE: 112,
  START_DELAYED: 113,
  BOOTING: 114,
  RUNNING: 115,
  PAUSING: 116,
  PAUSED: 117,
  HALTING: 118,
  HALTED: 119,
  BROKEN: 120,
  UNKNOWN: 121,
  PENDING: 122,
  SCHEDULING: 123,
  FAILED: 124,
  REMOTELOADED: 125,
} as const;
