/** Wakes nim when links, addresses, routes or resolver files may have changed (`spec/nim.md §13`, W5, W20). */
import { basename, dirname } from "node:path";
import { type Device, retryDelay } from "../../agent/mod.ts";
import { DirectoryWatch } from "../../pubsub/mod.ts";
import { watchNetwork as followMonitor } from "../network_events.ts";
import { monitorRetry } from "../retry_policies.ts";
import { isPortResolvConf, resolvConfFolders } from "./resolv_files.ts";

/**
 * Calls `changed` for each change, often several times for one; which one it was is found by reading again. A monitor that
 * ends is started again after `monitorRetry`, with a wake-up for what was missed.
 * @param asTheMachine names are asked for as `/etc/resolv.conf` says: it is watched too. A nim that applies writes it itself
 * @returns when the device ends
 */
export async function watchNetwork(
  device: Device,
  asTheMachine: boolean,
  changed: () => void,
): Promise<void> {
  const { resolvConf, run } = device.paths;
  const watches = [
    ...resolvConfFolders(run).map((folder) => watchFolder(device, folder, isPortResolvConf, changed)),
    ...(asTheMachine
      ? [watchFolder(device, dirname(resolvConf), (name) => name === basename(resolvConf), changed)]
      : []),
  ];
  try {
    while (!device.signal.aborted) {
      const why = await followMonitor(changed, device.signal);
      if (device.signal.aborted) return;
      const delay = retryDelay(device.random, monitorRetry);
      device.log.warn(`${why}; it is started again in ${Math.round(delay / 1000)} s`);
      await device.clock.sleep(delay, device.signal);
      changed();
    }
  } finally {
    for (const watch of watches) watch.close();
  }
}

function watchFolder(
  device: Device,
  folder: string,
  wanted: (name: string) => boolean,
  changed: () => void,
): DirectoryWatch {
  return new DirectoryWatch(folder, wanted, {
    touched: changed,
    replaced: changed,
    failed: (cause) => device.log.warn(`${folder} can't be watched: ${cause}; looked at every second`),
    works: changed,
  });
}
