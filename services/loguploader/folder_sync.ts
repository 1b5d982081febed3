/** What left a folder stays gone after power loss: the folder is synced within a second, once for all that went (W14). */
import { type Device, errorText, signalOnce } from "../agent/mod.ts";

/** From a removal to the sync that makes it durable, in milliseconds: so much of a drain may come again after power loss. */
export const syncPauseMs = 1_000;

/** See {@linkcode folderSync}. */
export interface FolderSync {
  /** Something left this folder. */
  changed(folder: string): void;
  /** Syncs what changed until the device ends. */
  run(): Promise<void>;
  /** Syncs what is still unsynced. Never throws. */
  flush(): Promise<void>;
}

/** @param sync makes the present entries of a folder durable */
export function folderSync(device: Device, sync: (folder: string) => Promise<void> = syncFolder): FolderSync {
  const { clock, log, signal } = device;
  const waiting = new Set<string>();
  const fresh = signalOnce();
  let told = "";
  return {
    changed(folder) {
      waiting.add(folder);
      fresh.fire();
    },
    async run() {
      while (await fresh.wait(signal)) {
        await clock.sleep(syncPauseMs, signal);
        await flush();
      }
    },
    flush,
  };

  async function flush(): Promise<void> {
    const folders = [...waiting];
    waiting.clear();
    for (const folder of folders) {
      try {
        await sync(folder);
      } catch (error) {
        const text = errorText(error);
        if (told !== text) {
          log.warn(`${folder} can't be synced: ${text}; after power loss delivered files may come again`);
        }
        told = text;
      }
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  using directory = await Deno.open(folder);
  await directory.sync();
}
