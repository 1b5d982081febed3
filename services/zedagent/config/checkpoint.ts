/** Keeps the config in force in `/persist/checkpoint` (`spec/zedagent.md §5.1, 5.2`). */
import { backUpCheckpoint, type Device, errorText, loadCheckpoint, saveCheckpoint } from "../../agent/mod.ts";

/** Writes `lastconfig`, byte for byte what was received; the first save also makes `.bak`. A failure is logged. */
export function saveLastConfig(device: Device, envelope: Uint8Array): void {
  try {
    saveCheckpoint(device.paths, "lastconfig", envelope);
    if (loadCheckpoint(device.paths, "lastconfig", "backup") === undefined) {
      backUpCheckpoint(device.paths, "lastconfig");
    }
  } catch (error) {
    device.log.error(
      `lastconfig can't be written: ${
        errorText(error)
      }; after a reboot without a controller the older one is used`,
    );
  }
}

/** Makes `.bak` a copy of `lastconfig`. A failure is logged. */
export function backUpLastConfig(device: Device): void {
  try {
    backUpCheckpoint(device.paths, "lastconfig");
  } catch (error) {
    device.log.error(`lastconfig.bak can't be written: ${errorText(error)}; the older backup stays`);
  }
}
