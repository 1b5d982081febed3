/** The saved config: `lastconfig` or its `.bak`, verified like a live answer (`spec/zedagent.md §5.3`). */
import type { Client } from "../../../controllerconn/mod.ts";
import { parseAuthContainer } from "../../../controllerconn/mod.ts";
import type { EdgeDevConfig } from "../../../proto/device.ts";
import { type Device, errorText, loadCheckpoint, restoreCheckpoint } from "../../agent/mod.ts";
import { decodeConfigResponse } from "./received_config.ts";

/** What was found. */
export interface SavedConfig {
  readonly config: EdgeDevConfig;
  readonly from: "primary" | "backup";
}

type Verifier = Pick<Client, "removeAndVerifyAuthContainer">;

/**
 * The first candidate that verifies. When `.bak` is used because `lastconfig` does not even decode, `lastconfig` is restored
 * from it; one that decodes and fails verification is left alone. Failures are logged.
 */
export function loadSavedConfig(
  device: Device,
  client: Verifier,
  candidates: readonly ("primary" | "backup")[],
): SavedConfig | undefined {
  for (const from of candidates) {
    const envelope = read(device, from);
    if (envelope === undefined) continue;
    const config = verified(device, client, envelope, from);
    if (config === undefined) continue;
    if (from === "backup") heal(device);
    return { config, from };
  }
  return undefined;
}

const fileNames = { primary: "lastconfig", backup: "lastconfig.bak" } as const;

function read(device: Device, which: "primary" | "backup"): Uint8Array | undefined {
  try {
    return loadCheckpoint(device.paths, "lastconfig", which)?.bytes;
  } catch (error) {
    device.log.error(`${fileNames[which]} can't be read: ${errorText(error)}; it is not used`);
    return undefined;
  }
}

function verified(
  device: Device,
  client: Verifier,
  envelope: Uint8Array,
  which: "primary" | "backup",
): EdgeDevConfig | undefined {
  const opened = client.removeAndVerifyAuthContainer(envelope);
  if (opened.error !== undefined) {
    device.log.error(`${fileNames[which]} does not verify: ${opened.error.message}`);
    return undefined;
  }
  const config = configOf(opened.payload);
  if (config === undefined) {
    device.log.error(`${fileNames[which]}: expected a ConfigResponse with a config; it is not used`);
  }
  return config;
}

function configOf(payload: Uint8Array): EdgeDevConfig | undefined {
  try {
    const config: EdgeDevConfig | null = decodeConfigResponse(payload).config;
    return config ?? undefined;
  } catch {
    return undefined;
  }
}

function decodes(envelope: Uint8Array): boolean {
  try {
    const { payload } = parseAuthContainer(envelope);
    return payload !== undefined && configOf(payload) !== undefined;
  } catch {
    return false;
  }
}

function heal(device: Device): void {
  const primary = read(device, "primary");
  if (primary !== undefined && decodes(primary)) return;
  try {
    if (restoreCheckpoint(device.paths, "lastconfig")) {
      device.log.warn("lastconfig did not decode and was restored from lastconfig.bak");
    }
  } catch (error) {
    device.log.error(`lastconfig can't be restored: ${errorText(error)}; the next start reads .bak again`);
  }
}
