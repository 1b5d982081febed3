/** Tells that something changed in an upload folder; the periodic scan repairs what it missed. */
import { type Device, retryDelay } from "../agent/mod.ts";
import { watchRetry } from "./retry_policies.ts";

/** Calls `changed` at each event in `folder` until the device ends. */
export async function watchFolder(device: Device, folder: string, changed: () => void): Promise<void> {
  const { signal } = device;
  while (!signal.aborted) {
    try {
      await follow(folder, changed, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        device.log.warn(`${folder} can't be watched: ${error}; it is scanned`);
      }
    }
    await device.clock.sleep(retryDelay(device.random, watchRetry), signal);
  }
}

async function follow(folder: string, changed: () => void, signal: AbortSignal): Promise<void> {
  const watcher = Deno.watchFs(folder, { recursive: false });
  const close = () => watcher.close();
  signal.addEventListener("abort", close);
  try {
    changed();
    for await (const event of watcher) {
      if (event.kind === "remove" && event.paths.includes(folder)) return;
      if (event.kind !== "access") changed();
    }
  } finally {
    signal.removeEventListener("abort", close);
    if (!signal.aborted) watcher.close();
  }
}
