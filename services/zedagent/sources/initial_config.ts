/**
 * Where the settings come from before the controller answers: the checkpoint, else the bootstrap config, else the legacy
 * files (`spec/zedagent.md §2`, steps 5 and 6).
 */
import type { Client } from "../../../controllerconn/mod.ts";
import type { EdgeDevConfig } from "../../../proto/device.ts";
import { type Device, errorText, readRootCertificate, setLed } from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import { LedBlink } from "../../topics/mod.ts";
import type { ConfigApplier } from "../apply/apply_config.ts";
import type { ConfigItemsOwner } from "../apply/config_items.ts";
import { loadSavedConfig } from "../config/saved_config.ts";
import { openBootstrapConfig } from "./bootstrap.ts";
import { authorizedKeysItems, globalConfigItems } from "./legacy_files.ts";

/** @param client `undefined` where the identity files are missing: then no checkpoint can be verified. Failures are logged. */
export function applyInitialConfig(
  device: Device,
  client: Client | undefined,
  applier: ConfigApplier,
  items: ConfigItemsOwner,
): void {
  const saved = client === undefined ? undefined : loadSavedConfig(device, client, ["primary", "backup"]);
  if (saved !== undefined) return applier.applyItemsOnly(saved.config);
  const bootstrap = readBootstrap(device);
  if (bootstrap === "absent") return seedFromFiles(device, items);
  if (bootstrap === "invalid") return setLed(device, LedBlink.BadBootstrapConfig);
  try {
    const result = applier.apply(bootstrap, "bootstrap");
    if (result !== "configOK") device.log.error(`bootstrap config: ${result}`);
  } catch (error) {
    device.log.error(`bootstrap config: applying it failed: ${errorText(error)}; what was applied stays`);
  }
}

/** Even one that is invalid hides the older files. */
function readBootstrap(device: Device): EdgeDevConfig | "absent" | "invalid" {
  const path = device.paths.bootstrapConfig;
  try {
    const file = readFileIfPresent(path);
    if (file === undefined) return "absent";
    // The clock of a device without a battery is not behind the file it was made with (W3).
    const now = Math.max(device.clock.now(), Deno.statSync(path).mtime?.getTime() ?? 0);
    return openBootstrapConfig(file, readRootCertificate(device.paths), now);
  } catch (error) {
    device.log.error(
      `${path} is not used: ${errorText(error)}; GlobalConfig and authorized_keys are ignored as well`,
    );
    return "invalid";
  }
}

function seedFromFiles(device: Device, items: ConfigItemsOwner): void {
  const { globalConfig, authorizedKeys } = device.paths;
  const global = readText(device, globalConfig);
  if (global !== undefined) {
    try {
      const seeded = globalConfigItems(global, items.map);
      for (const report of seeded.reports) device.log.error(`${globalConfig}: ${report}; it is ignored`);
      items.seed(seeded.map);
    } catch (error) {
      device.log.error(`${globalConfig} is not used: ${errorText(error)}; the defaults hold`);
    }
    return;
  }
  const keys = readText(device, authorizedKeys);
  if (keys !== undefined) items.seed(authorizedKeysItems(keys, items.map));
}

function readText(device: Device, path: string): string | undefined {
  try {
    const bytes = readFileIfPresent(path);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  } catch (error) {
    device.log.error(`${path} can't be read: ${errorText(error)}; it counts as absent`);
    return undefined;
  }
}
