/** Keeps the folders within their quota: every few minutes, and at once when the disk is full. Decisions are in `quota.ts`. */
import { statfsSync } from "node:fs";
import { join } from "node:path";
import {
  between,
  type ConfigItems,
  type Device,
  errorText,
  firedWithin,
  type Trigger,
} from "../agent/mod.ts";
import { removeIfPresent } from "../pubsub/mod.ts";
import { largestFile } from "./drain.ts";
import { largestReadable, type UploadFolders } from "./folders.ts";
import { type DiskSpace, excess, quotaOf, removalOrder, type Usage } from "./quota.ts";

/** Between two looks, in milliseconds; newlogd, where it runs, looks more often. */
const lookMs = { low: 300_000, high: 600_000 };
/** Shortest pause between two looks that a full disk asks for. */
const pauseMs = 10_000;
/** Files whose size is asked for at once. */
const batch = 64;

/** What the quota works with. */
export interface QuotaParts {
  readonly device: Pick<Device, "clock" | "log" | "random" | "signal">;
  readonly folders: UploadFolders;
  readonly items: Pick<ConfigItems, "int">;
  /** Fired when the disk is full. */
  readonly needsRoom: Trigger;
  /** Told how many files went. */
  readonly removed: (files: number) => void;
  /** `statfs` of a folder by default. @throws the system's error */
  readonly diskSpace?: (folder: string) => DiskSpace;
}

/** Runs until the device ends. */
export async function keepQuota(parts: QuotaParts): Promise<void> {
  const { clock, log, random, signal } = parts.device;
  let told = "";
  while (!signal.aborted) {
    try {
      await enforceQuota(parts);
      told = "";
    } catch (error) {
      const text = errorText(error);
      if (told !== text) log.error(`the quota of log files can't be kept: ${text}; tried again and again`);
      told = text;
    }
    await clock.sleep(pauseMs, signal);
    await firedWithin(parts.device, parts.needsRoom, between(random, lookMs.low, lookMs.high));
  }
}

/** Looks once, and removes what has to go. @returns how many files went. @throws the system's error */
export async function enforceQuota(parts: QuotaParts): Promise<number> {
  const { device, folders, items } = parts;
  const disk = spaceOf(folders.base, parts.diskSpace ?? diskSpace);
  const quota = quotaOf(items.int("newlog.gzipfiles.ondisk.maxmegabytes"), disk);
  const kept = await namesIn(folders.keepSentQueue);
  const failed = await namesIn(folders.failedUpload);
  const tooMuch = excess(await usageOf(folders, { kept, failed }, quota.bytes), quota, disk);
  let { bytes, files } = tooMuch;
  let gone = 0;
  try {
    for (const { folder, name } of removalOrder(kept, failed)) {
      if (bytes <= 0 && files <= 0) break;
      const path = join(folders[folder], name);
      bytes -= await sizeOf(path);
      files--;
      if (removeIfPresent(path)) gone++;
    }
  } finally {
    if (gone > 0) {
      parts.removed(gone);
      device.log.warn(
        `${gone} log files that were delivered or refused were removed: ${
          Math.max(0, tooMuch.bytes)
        } bytes and ${Math.max(0, tooMuch.files)} files were to go`,
      );
    }
  }
  return gone;
}

/** Sizes are only asked for where the quota could be exceeded: usually the number of files tells that it is not. */
async function usageOf(
  folders: UploadFolders,
  { kept, failed }: { readonly kept: readonly string[]; readonly failed: readonly string[] },
  quotaBytes: number,
): Promise<Usage> {
  const waiting = [folders.uploadFolder("device"), folders.uploadFolder("app")];
  const all = [{ folder: folders.keepSentQueue, names: kept }];
  for (const folder of waiting) all.push({ folder, names: await namesIn(folder) });
  const usual = all.reduce((sum, { names }) => sum + names.length, 0);
  const files = usual + failed.length;
  const atMost = usual * largestFile + failed.length * largestReadable;
  if (atMost <= quotaBytes) return { bytes: atMost, files };
  let bytes = 0;
  for (const { folder, names } of [...all, { folder: folders.failedUpload, names: failed }]) {
    for (let at = 0; at < names.length; at += batch) {
      const sizes = names.slice(at, at + batch).map((name) => sizeOf(join(folder, name)));
      for (const size of await Promise.all(sizes)) bytes += size;
    }
  }
  return { bytes, files };
}

/** Regular files that end in `.gz`; none while the folder is not there, or a link stands for it. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    if ((await Deno.lstat(folder)).isSymlink) return names;
    for await (const { isFile, name } of Deno.readDir(folder)) {
      if (isFile && name.endsWith(".gz")) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
  }
  return names;
}

/** 0 for a file that is gone. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.lstat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** `undefined` while the folder is not there. */
function spaceOf(folder: string, ask: (folder: string) => DiskSpace): DiskSpace | undefined {
  try {
    return ask(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function diskSpace(folder: string): DiskSpace {
  const { bsize, blocks, bavail, files, ffree } = statfsSync(folder);
  return { bytes: bsize * blocks, freeBytes: bsize * bavail, inodes: files, freeInodes: ffree };
}
