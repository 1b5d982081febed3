/** How many log files wait in `/persist/newlog` (`spec/loguploader.md §2`). */
import type { DevicePaths } from "../../agent/mod.ts";
import type { LogFolders } from "./facts.ts";

/** Undefined where newlogd has made no folder. Never throws. */
export function readLogFolders({ newlog }: Pick<DevicePaths, "newlog">): LogFolders | undefined {
  const upload = ["devUpload", "appUpload"].map((name) => namesOf(`${newlog}/${name}`));
  if (upload.every((names) => names === undefined)) return undefined;
  const waiting = upload.flatMap((names) => names ?? []);
  const times = waiting.map((name) => Number(name.split(".").at(-2))).filter(Number.isSafeInteger);
  return {
    waiting: waiting.length,
    quarantined: (namesOf(`${newlog}/failedUpload`) ?? []).length,
    oldestMs: times.length === 0 ? 0 : times.reduce((oldest, time) => Math.min(oldest, time)),
  };
}

function namesOf(folder: string): string[] | undefined {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => name.endsWith(".gz"));
  } catch {
    return undefined;
  }
}
