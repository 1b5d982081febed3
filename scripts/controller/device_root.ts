/** A device's `/config` below a folder, for programs that run with `--root` (`spec/device-api.md §12`). @module */

import { join } from "node:path";
import { type ControllerPki, type DeviceFiles, makeDeviceIdentity, makeOnboardIdentity } from "../pki/mod.ts";

/** What to put there. */
export interface DeviceRootOptions {
  /** Whom the device shall talk to: a running controller, or just its address and certificates. */
  readonly controller: { readonly server: string; readonly pki: Pick<ControllerPki, "root"> };
  /** Default: a fresh one. `"none"` writes no onboarding pair. */
  readonly onboard?: DeviceFiles | "none";
  /** Default: a fresh one. `"none"` leaves making it to others. */
  readonly device?: DeviceFiles | "none";
  /** Default: a random UUID; `""` writes no file. */
  readonly softSerial?: string;
  /** PEM for `root-certificate.pem` in place of the controller's root. */
  readonly rootCertificatePem?: string;
}

/** What was written. */
export interface DeviceRoot {
  /** For `--root`. */
  readonly root: string;
  /** `/config`, `/run`, `/persist` below it; all three exist. */
  readonly config: string;
  readonly run: string;
  readonly persist: string;
  readonly softSerial: string;
  readonly onboard: DeviceFiles | undefined;
  readonly device: DeviceFiles | undefined;
}

/**
 * Writes `/config/{server,root-certificate.pem,onboard.cert.pem,onboard.key.pem,device.cert.pem,device.key.pem,soft_serial}`
 * below `root`, keys with mode 0600, and makes `/run` and `/persist`. The caller removes the folder.
 */
export async function makeDeviceRoot(root: string, options: DeviceRootOptions): Promise<DeviceRoot> {
  const [config, run, persist] = [join(root, "config"), join(root, "run"), join(root, "persist")];
  for (const folder of [config, run, persist]) await Deno.mkdir(folder, { recursive: true });
  const onboard = options.onboard === "none" ? undefined : options.onboard ?? await makeOnboardIdentity();
  const device = options.device === "none" ? undefined : options.device ?? await makeDeviceIdentity();
  const softSerial = options.softSerial ?? crypto.randomUUID();
  const { server, pki } = options.controller;

  await write("server", `${server}\n`);
  await write("root-certificate.pem", options.rootCertificatePem ?? pki.root.certPem);
  if (softSerial !== "") await write("soft_serial", `${softSerial}\n`);
  if (onboard !== undefined) await writePair("onboard", onboard);
  if (device !== undefined) await writePair("device", device);
  return { root, config, run, persist, softSerial, onboard, device };

  async function writePair(name: string, files: DeviceFiles): Promise<void> {
    await write(`${name}.cert.pem`, files.certPem);
    await write(`${name}.key.pem`, files.keyFile, 0o600);
  }

  async function write(name: string, text: string, mode = 0o644): Promise<void> {
    await Deno.writeTextFile(join(config, name), text, { mode });
    await Deno.chmod(join(config, name), mode);
  }
}
