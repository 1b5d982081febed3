/** Keeps the index equal to the upload folders: after changes, and every 30 s whatever happens. */
import { type Device, errorText, every, jitter } from "../agent/mod.ts";
import { folderChanges } from "./folder_changes.ts";
import type { UploadFolders } from "./folders.ts";
import type { UploadQueue } from "./upload_queue.ts";

/** Repairs what was missed, in milliseconds. */
const scanMs = 30_000;
/** Between two looks for a change, in milliseconds: with fast upload a fresh file goes within a second (decisions.md 21). */
const lookMs = { fast: 700, slow: 5_000 };
/** Scans take a twentieth of the time at most, however many files there are. */
const pausePerScan = 20;

/** See {@linkcode folderScan}. */
export interface FolderScan {
  /** Looks at both folders now. */
  scan(): void;
  /** Goes on doing so until the device ends. */
  run(): Promise<void>;
}

/** What the scans work with. */
export interface ScanParts {
  readonly device: Device;
  readonly folders: UploadFolders;
  readonly queue: UploadQueue;
  /** Whether fresh files go at once. */
  readonly isFast: () => boolean;
  /** Called after each scan. */
  readonly scanned: () => void;
}

/** See {@linkcode FolderScan}. */
export function folderScan({ device, folders, queue, isFast, scanned }: ScanParts): FolderScan {
  const { clock, random, signal } = device;
  const told = new Map<string, string>();
  return { scan, run };

  function scan(): void {
    told.set("targets", said("targets", makeTargets()));
    for (const kind of ["device", "app"] as const) told.set(kind, said(kind, list(kind)));
    scanned();
  }

  async function run(): Promise<void> {
    await Promise.all([
      scanFresh(),
      every(device, () => jitter(random, scanMs), scan),
    ]);
  }

  async function scanFresh(): Promise<void> {
    const changed = folderChanges([folders.uploadFolder("device"), folders.uploadFolder("app")]);
    while (!signal.aborted) {
      const started = clock.monotonic();
      if (changed()) scan();
      const pause = jitter(random, isFast() ? lookMs.fast : lookMs.slow);
      await clock.sleep(Math.max(pause, pausePerScan * (clock.monotonic() - started)), signal);
    }
  }

  /** @returns what is wrong; `""` if nothing is */
  function makeTargets(): string {
    try {
      folders.makeTargets();
      return "";
    } catch (error) {
      return `keepSentQueue or failedUpload can't be made: ${errorText(error)}; tried again and again`;
    }
  }

  function list(kind: "device" | "app"): string {
    const folder = folders.uploadFolder(kind);
    try {
      const { files, strange } = folders.list(kind);
      queue.replace(kind, files);
      return strange.length === 0
        ? ""
        : `${folder} holds ${strange.slice(0, 5).join(", ")}, no names of log files: left alone`;
    } catch (error) {
      return `${folder} can't be listed: ${errorText(error)}; the last listing stays, tried again and again`;
    }
  }

  /** Logs each text once in a row. */
  function said(what: string, text: string): string {
    if (text !== "" && told.get(what) !== text) device.log.error(text);
    return text;
  }
}
