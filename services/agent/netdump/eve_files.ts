/** What goes into `eve/` of an archive (`spec/controllerconn.md §12.3`): copies of device files; missing ones are skipped. */
import { readFileIfPresent } from "../../pubsub/mod.ts";
import type { DevicePaths } from "../paths.ts";
import type { TarEntry } from "./tar.ts";
import { withoutSecrets } from "./without_secrets.ts";

/** Far above what any of them has; a larger one would only fill the flash. */
const MOST_BYTES = 4 * 1024 * 1024;

function sources({ run, persistStatus, eveRelease, statusUuid, server }: DevicePaths): [string, string][] {
  return [
    ["version.txt", eveRelease],
    ["device-uuid.txt", statusUuid],
    ["controller.txt", server],
    ["nim-current-state.dot", `${run}/nim-current-state.dot`],
    ["nim-intended-state.dot", `${run}/nim-intended-state.dot`],
    ["zedrouter-current-state.dot", `${run}/zedrouter-current-state.dot`],
    ["zedrouter-intended-state.dot", `${run}/zedrouter-intended-state.dot`],
    ["dns.json", `${run}/nim/DeviceNetworkStatus/global.json`],
    ["dpcl.json", `${persistStatus}/nim/DevicePortConfigList/global.json`],
    ["aa.json", `${run}/domainmgr/AssignableAdapters/global.json`],
    ["wwan-config.json", `${run}/nim/WwanConfig/global.json`],
    ["wwan-status.json", `${run}/wwan/WwanStatus/global.json`],
    ["wwan-metrics.json", `${run}/wwan/WwanMetrics/global.json`],
  ];
}

/** The files that are there; one that can't be read is skipped too. */
export function eveFiles(paths: DevicePaths): TarEntry[] {
  return sources(paths).flatMap(([name, path]) => {
    const bytes = quietly(path);
    if (bytes === undefined || bytes.length > MOST_BYTES) return [];
    const text = withoutSecrets(new TextDecoder().decode(bytes));
    return [{ path: `eve/${name}`, content: new TextEncoder().encode(text) }];
  });
}

function quietly(path: string): Uint8Array | undefined {
  try {
    return readFileIfPresent(path);
  } catch {
    return undefined;
  }
}
