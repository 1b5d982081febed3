/** What all handlers of one controller share. @module */

import { join } from "node:path";
import type { Certificates } from "./certificates.ts";
import { DeviceStore } from "./device_store.ts";
import type { Faults } from "./faults.ts";
import { OnboardStore } from "./onboard_store.ts";
import { readJsonIfPresent, replaceFile } from "./state_file.ts";

/** Settings of a whole controller; kept in `global-options.json`. */
export interface Settings {
  /** Also refuses what Adam lets through: a path that is not the device's, DER signatures, damaged log files … */
  readonly strict: boolean;
  /** `config` needs the token of attestation, as with Adam. */
  readonly enforceIntegrityToken: boolean;
}

/** One controller's state. */
export interface Site {
  readonly devices: DeviceStore;
  readonly onboard: OnboardStore;
  readonly certificates: Certificates;
  readonly faults: Faults;
  settings: Settings;
}

/** The stores in a controller's folder. */
export function openStores(dir: string): Pick<Site, "devices" | "onboard"> {
  return { devices: new DeviceStore(join(dir, "device")), onboard: new OnboardStore(join(dir, "onboard")) };
}

/** What a controller remembers of itself. */
export interface GlobalOptions extends Partial<Settings> {
  readonly controllercertConfighash?: string;
}

/** Reads `global-options.json`; empty at the first start. */
export function readGlobalOptions(dir: string): GlobalOptions {
  const stored = readJsonIfPresent(join(dir, "global-options.json")) ?? {};
  const { strict, enforceIntegrityToken, controllercertConfighash } = stored;
  return {
    ...(typeof strict === "boolean" ? { strict } : {}),
    ...(typeof enforceIntegrityToken === "boolean" ? { enforceIntegrityToken } : {}),
    ...(typeof controllercertConfighash === "string" ? { controllercertConfighash } : {}),
  };
}

/** Writes `global-options.json`. */
export function writeGlobalOptions(dir: string, site: Site): void {
  const options = { ...site.settings, controllercertConfighash: site.certificates.configHash };
  replaceFile(join(dir, "global-options.json"), JSON.stringify(options, null, 2));
}
