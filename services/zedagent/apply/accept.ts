/** Whether a configuration is for this device and not older than the one in force (`spec/zedagent.md §4.5, 6.1`, decisions.md 13). Pure. */
import type { EdgeDevConfig } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import { optionalUUID, quote } from "../sections/section.ts";

/** The verdict; `reason` of a refusal. */
export type Acceptance =
  | {
    readonly kind: "accepted"; /** Milliseconds since 1970; `undefined` without a timestamp. */
    readonly timestamp: number | undefined;
  }
  | { readonly kind: "invalidConfig" | "obsoleteConfig"; readonly reason: string };

/**
 * @param devUUID own UUID; `""` before onboarding, when no comparison is possible
 * @param newest newest timestamp that this process has accepted
 */
export function acceptance(config: EdgeDevConfig, devUUID: string, newest: number | undefined): Acceptance {
  const id: string | undefined = config.id?.uuid;
  if (id !== undefined) {
    const uuid = optionalUUID(id);
    if (uuid === undefined) return refused("invalidConfig", `id: expected a UUID, got ${quote(id)}`);
    if (devUUID !== "" && uuid !== devUUID) {
      return refused("invalidConfig", `id: the config is for the device ${uuid}, not for ${devUUID}`);
    }
  }
  const timestamp = fromTimestamp(config.config_timestamp);
  if (timestamp !== undefined && newest !== undefined && timestamp < newest) {
    return refused(
      "obsoleteConfig",
      `config_timestamp: expected ${new Date(newest).toISOString()} or later, got ${text(timestamp)}`,
    );
  }
  return { kind: "accepted", timestamp };
}

function refused(kind: "invalidConfig" | "obsoleteConfig", reason: string): Acceptance {
  return { kind, reason: `${reason}; it is not applied, the configuration in force stays` };
}

function text(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}
