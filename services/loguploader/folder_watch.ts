/** Tells that something changed in an upload folder; the periodic scan repairs what it missed. */
import { type Device, errorText, retryDelay } from "../agent/mod.ts";
import { watchRetry } from "./retry_policies.ts";

/** Calls `changed` at each event in `folder` until the device ends. Why it can't be watched is told once. */
export async function watchFolder(device: Device, folder: string, changed: () => void): Promise<void> {
  const { signal } = device;
  let told = "";
  while (!signal.aborted) {
    try {
      await follow(folder, changed, signal);
    } catch (error) {
      const text = error instanceof Deno.errors.NotFound ? "" : errorText(error);
      if (text !== "" && text !== told) device.log.warn(`${folder} can't be watched: ${text}; it is scanned`);
      told = text;
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
