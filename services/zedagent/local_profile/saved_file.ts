/** One file below `/persist/checkpoint` that holds what a local server has ordered; a failure is logged and nothing else. */
import {
  type CheckpointName,
  type Device,
  errorText,
  loadCheckpoint,
  saveCheckpoint,
} from "../../agent/mod.ts";
import { removeIfPresent } from "../../pubsub/mod.ts";

/** See {@linkcode openSavedFile}. */
export interface SavedFile {
  /** `undefined` where there is none, or none that can be read. */
  load(): Uint8Array | undefined;
  save(bytes: Uint8Array): void;
  /** The same was ordered again: a new mtime, at most once an hour to spare the flash (`spec/pubsub.md §13`). */
  confirm(): void;
  remove(): void;
}

const confirmEveryMs = 3_600_000;

/** Opens nothing yet. */
export function openSavedFile(device: Device, name: CheckpointName): SavedFile {
  const path = `${device.paths.checkpoint}/${name}`;
  let confirmed = -Infinity;
  const tolerant = <T>(what: string, after: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      device.log.error(`${path} can't be ${what}: ${errorText(error)}; ${after}`);
      return undefined;
    }
  };
  return {
    load: () => tolerant("read", "it counts as absent", () => loadCheckpoint(device.paths, name)?.bytes),
    save(bytes) {
      confirmed = device.clock.monotonic();
      tolerant("written", "after a restart the older one is used", () => {
        saveCheckpoint(device.paths, name, bytes);
      });
    },
    confirm() {
      const now = device.clock.monotonic();
      if (now - confirmed < confirmEveryMs) return;
      confirmed = now;
      const time = new Date(device.clock.now());
      tolerant("touched", "its age is not known", () => {
        if (exists(path)) Deno.utimeSync(path, time, time);
      });
    },
    remove: () => void tolerant("removed", "it is read after a restart", () => removeIfPresent(path)),
  };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
