/**
 * How much may be kept: the quota that newlogd has too, by bytes and by files, and a disk that is short of bytes or inodes
 * (`spec/loguploader.md §2.4, 11.4`). Pure. What waits for delivery never goes; of what is kept, delivered app files go first.
 */
import { appUUIDOf, timestampOf } from "./file_name.ts";

/** What `statfs` says; `inodes` is 0 where the file system does not count them. */
export interface DiskSpace {
  readonly bytes: number;
  readonly freeBytes: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

/** Of all four folders. */
export interface Usage {
  readonly bytes: number;
  readonly files: number;
}

/** A share of the disk, as newlogd takes it at most. */
const largestShare = 0.1;
/** Size of a log file that newlogd aims at, in bytes. */
const usualFile = 50_000;
/** Below this share of free bytes or inodes files go, until the second is reached. */
const short = 0.01;
const enough = 0.02;

/** @param maxMegabytes `newlog.gzipfiles.ondisk.maxmegabytes` @param disk `undefined` when it is not known */
export function quotaOf(maxMegabytes: number, disk: DiskSpace | undefined): Usage {
  const bytes = Math.min(maxMegabytes * 1_000_000, disk === undefined ? Infinity : disk.bytes * largestShare);
  return { bytes, files: Math.max(1, Math.floor(bytes / usualFile)) };
}

/** What has to go, at least. */
export function excess(used: Usage, quota: Usage, disk: DiskSpace | undefined): Usage {
  return {
    bytes: Math.max(0, used.bytes - quota.bytes, missing(disk?.bytes, disk?.freeBytes)),
    files: Math.max(0, used.files - quota.files, missing(disk?.inodes, disk?.freeInodes)),
  };
}

function missing(total = 0, free = 0): number {
  return free < total * short ? Math.ceil(total * enough - free) : 0;
}

/** A file that may go. */
export interface KeptFile {
  readonly folder: "keepSentQueue" | "failedUpload";
  readonly name: string;
}

/**
 * Files in the order in which they go: delivered app files, then refused ones, each oldest first. Other files in
 * `keepSentQueue` were never meant for delivery and are newlogd's.
 */
export function removalOrder(keepSentQueue: readonly string[], failedUpload: readonly string[]): KeptFile[] {
  const delivered = keepSentQueue.filter((name) =>
    appUUIDOf(name) !== undefined && timestampOf(name) !== undefined
  );
  return [
    ...oldestFirst(delivered).map((name) => ({ folder: "keepSentQueue", name }) as const),
    ...oldestFirst(failedUpload).map((name) => ({ folder: "failedUpload", name }) as const),
  ];
}

/** By the time in the name; names without one first. */
export function oldestFirst(names: readonly string[]): string[] {
  return names.map((name) => ({ name, at: timestampOf(name) ?? 0 }))
    .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}
