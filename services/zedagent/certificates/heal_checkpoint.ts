/** Repairs `controllercerts` from its backup (`spec/zedagent.md §12.1`). */
import { decodeControllerCerts } from "../../../controllerconn/mod.ts";
import { type Device, errorText, loadCheckpoint, restoreCheckpoint } from "../../agent/mod.ts";

/** If the file can't be decoded and its `.bak` can, the file becomes a copy of it. A missing file is left missing. */
export function healControllerCerts(device: Device): void {
  const { paths, log } = device;
  try {
    const primary = loadCheckpoint(paths, "controllercerts");
    if (primary === undefined || isList(primary.bytes)) return;
    const backup = loadCheckpoint(paths, "controllercerts", "backup");
    if (backup === undefined || !isList(backup.bytes)) {
      log.error(
        `${paths.controllerCerts}: expected a list of certificates, found none, nor in .bak; asking anew`,
      );
      return;
    }
    restoreCheckpoint(paths, "controllercerts");
    log.warn(`${paths.controllerCerts}: expected a list of certificates, found none; restored from .bak`);
  } catch (error) {
    log.error(`${paths.controllerCerts} can't be checked: ${errorText(error)}; it stays as it is`);
  }
}

function isList(bytes: Uint8Array): boolean {
  try {
    return decodeControllerCerts(bytes).length > 0;
  } catch {
    return false;
  }
}
