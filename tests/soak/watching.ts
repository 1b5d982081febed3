/** Looks at memory and descriptors of the programs and at the logs that wait, again and again. */
import { systemClock } from "../../services/agent/mod.ts";
import type { SoakedDevice } from "./soaked_device.ts";
import type { Sample } from "./trend.ts";

/** Log files that waited at a time, milliseconds from the start. */
export interface Waiting {
  readonly atMs: number;
  readonly files: number;
}

/** What was seen. */
export interface Seen {
  readonly samples: Sample[];
  readonly waiting: Waiting[];
}

/** Until the signal aborts. Between two looks lie `everyMs`. */
export async function watch(device: SoakedDevice, everyMs: number, signal: AbortSignal): Promise<Seen> {
  const start = performance.now();
  const seen: Seen = { samples: [], waiting: [] };
  while (!signal.aborted) {
    const atMs = Math.round(performance.now() - start);
    for (const { program, pid } of device.running()) {
      const looked = program === "client" ? undefined : look(pid);
      if (looked !== undefined) seen.samples.push({ atMs, program, pid, ...looked });
    }
    seen.waiting.push({ atMs, files: device.site.device.logsWaiting() });
    await systemClock.sleep(everyMs, signal);
  }
  return seen;
}

/** `undefined` when the process has ended. */
function look(pid: number): Pick<Sample, "pssKb" | "rssKb" | "descriptors"> | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN);
    const descriptors = [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
    const found = { pssKb: kb("Pss"), rssKb: kb("Rss"), descriptors };
    return Number.isFinite(found.pssKb) ? found : undefined;
  } catch {
    return undefined;
  }
}
