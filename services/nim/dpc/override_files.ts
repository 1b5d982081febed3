/** Files in `/config/DevicePortConfig/` (`spec/nim.md §2.2, 5.1`). Pure. */
import { type DevicePortConfig, NetworkConfigOrigin, topics } from "../../topics/mod.ts";
import { withConfigSource } from "./config_source.ts";
import { sanitize } from "./sanitize.ts";

/** Bytes that a file may have. */
export const MAX_OVERRIDE_FILE = 16384;

/** See {@linkcode readOverrideFile}. */
export type OverrideFile =
  | { readonly kind: "dpc"; readonly dpc: DevicePortConfig }
  /** `reason` is for the log, and says what happens next. */
  | { readonly kind: "refused"; readonly reason: string };

/**
 * The configuration in a file, complete, each port marked as an override.
 * @param fileName with `.json`; names the file in a reason, and gives the key if there is none inside
 * @param now Go time text
 */
export function readOverrideFile(fileName: string, content: Uint8Array, now: string): OverrideFile {
  const refused = (why: string): OverrideFile => ({
    kind: "refused",
    reason: `/config/DevicePortConfig/${fileName}: ${why}; the file is skipped`,
  });
  if (content.length === 0) return refused("expected a DevicePortConfig in JSON, got an empty file");
  if (content.length > MAX_OVERRIDE_FILE) {
    return refused(`expected at most ${MAX_OVERRIDE_FILE} bytes, got ${content.length}`);
  }
  try {
    const dpc = topics.global.DevicePortConfig.codec.decode(new TextDecoder().decode(content));
    return {
      kind: "dpc",
      dpc: sanitize(overriding(dpc, now), { key: keyOf(fileName), hasFile: () => true }),
    };
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Whether override files are looked at: not on a device that got its first configuration another way, or that had one
 * before.
 */
export function takesOverrideFiles(
  found: {
    /** `/config/bootstrap-config.pb` exists. */
    readonly bootstrapConfig: boolean;
    /** `/persist/checkpoint/lastconfig` or its `.bak` is not empty. */
    readonly lastConfig: boolean;
  },
): boolean {
  return !found.bootstrapConfig && !found.lastConfig;
}

function keyOf(fileName: string): string {
  return fileName.endsWith(".json") ? fileName.slice(0, -5) : fileName;
}

function overriding(dpc: DevicePortConfig, now: string): DevicePortConfig {
  return withConfigSource(dpc, { Origin: NetworkConfigOrigin.NetworkConfigOriginOverride, SubmittedAt: now });
}
