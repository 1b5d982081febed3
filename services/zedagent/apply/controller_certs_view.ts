/** The controller's certificates as the checkpoint holds them, for sections that need one. */
import { decodeControllerCerts, type ZCert } from "../../../controllerconn/mod.ts";
import { type Device, errorText, loadCheckpoint } from "../../agent/mod.ts";

/** Read anew with each call; empty where there are none, or none that decode. */
export function storedControllerCerts(device: Device): readonly ZCert[] {
  try {
    const stored = loadCheckpoint(device.paths, "controllercerts", "primary");
    return stored === undefined ? [] : decodeControllerCerts(stored.bytes);
  } catch (error) {
    device.log.error(
      `controllercerts can't be read: ${errorText(error)}; sections that need one wait for it`,
    );
    return [];
  }
}
