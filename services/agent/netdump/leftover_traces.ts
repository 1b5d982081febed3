/** Trace files that nobody will pack any more (`spec/controllerconn.md §12.1, 18` item 20). */
import type { Device } from "../device.ts";
import { errorText } from "../error.ts";

/** Where trace files stand until they are packed. */
export function traceFolder({ paths }: Pick<Device, "paths">): string {
  return `${paths.persist}/nettrace`;
}

/** A file that was written within this time may still be somebody's. One call lasts 4 minutes at most. */
const IN_USE_MS = 10 * 60_000;

/**
 * Removes `nettrace_*.json`, `.db` and `.tmp`, but none that another process may still be writing or packing: neither one
 * that is locked (a Go agent locks its `.db`) nor one that is younger than 10 minutes. Those go with a later call.
 * Never throws.
 * @returns how many were removed
 */
export function removeLeftoverTraces(device: Pick<Device, "paths" | "clock" | "log">): number {
  const folder = traceFolder(device);
  let removed = 0;
  try {
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      if (!isFile || !/^nettrace_.*\.(json|db|tmp)$/.test(name)) continue;
      if (isLeftover(`${folder}/${name}`, device.clock.now())) {
        Deno.removeSync(`${folder}/${name}`);
        removed++;
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      device.log.warn(`${folder} can't be cleaned: ${errorText(error)}; tried again with the next netdump`);
    }
  }
  return removed;
}

function isLeftover(path: string, now: number): boolean {
  using file = Deno.openSync(path);
  const { mtime } = file.statSync();
  const age = now - (mtime?.getTime() ?? now);
  return Math.abs(age) > IN_USE_MS && file.tryLockSync(true);
}
