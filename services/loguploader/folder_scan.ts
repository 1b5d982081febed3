/** Keeps the index equal to the upload folders: after events, and every 30 s whatever happens. */
import { type Device, errorText, every, jitter, signalOnce } from "../agent/mod.ts";
import { watchFolder } from "./folder_watch.ts";
import type { UploadFolders } from "./folders.ts";
import type { UploadQueue } from "./upload_queue.ts";

/** Repairs what a watcher missed, in milliseconds. */
const scanMs = 30_000;
/** Shortest pause between two scans that events ask for: a drain makes an event with each file it removes. */
const scanPauseMs = 200;
/** Scans take a twentieth of the time at most, however many files there are. */
const pausePerScan = 20;

/** See {@linkcode folderScan}. */
export interface FolderScan {
  /** Looks at both folders now. */
  scan(): void;
  /** Goes on doing so until the device ends. */
  run(): Promise<void>;
}

/** @param scanned called after each scan */
export function folderScan(
  device: Device,
  folders: UploadFolders,
  queue: UploadQueue,
  scanned: () => void,
): FolderScan {
  const { clock, random, signal } = device;
  const told = new Map<string, string>();
  const fresh = signalOnce();
  return { scan, run };

  function scan(): void {
    told.set("targets", said("targets", makeTargets()));
    for (const kind of ["device", "app"] as const) told.set(kind, said(kind, list(kind)));
    scanned();
  }

  async function run(): Promise<void> {
    await Promise.all([
      scanFresh(),
      watchFolder(device, folders.uploadFolder("device"), fresh.fire),
      watchFolder(device, folders.uploadFolder("app"), fresh.fire),
      every(device, () => jitter(random, scanMs), scan),
    ]);
  }

  async function scanFresh(): Promise<void> {
    while (await fresh.wait(signal)) {
      const started = clock.monotonic();
      scan();
      await clock.sleep(Math.max(scanPauseMs, pausePerScan * (clock.monotonic() - started)), signal);
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
