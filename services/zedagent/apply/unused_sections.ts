/** Sections that this program does not act on: said once instead of dropped without a word. */
import type { EdgeDevConfig } from "../../../proto/device.ts";

/** One report for each that the configuration uses. */
export function unusedSections(config: EdgeDevConfig): string[] {
  const used: readonly (readonly [name: string, isUsed: boolean])[] = [
    ["disks", config.disks !== null],
    ["patchEnvelopes", config.patchEnvelopes.length > 0],
    ["edgeview", (config.edgeview?.token ?? "") !== ""],
    ["scep_profiles (topic)", config.scep_profiles.length > 0],
  ];
  return used.filter(([, isUsed]) => isUsed).map(([name]) =>
    `${name} is not supported by eve-comms and not passed on`
  );
}
