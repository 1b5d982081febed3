/** What a configuration has and this program does not act on: said instead of dropped without a word. */
import type { EdgeDevConfig } from "../../../proto/device.ts";

/** One report for each that the configuration uses. */
export function unusedSections(config: EdgeDevConfig): string[] {
  const used: readonly (readonly [name: string, isUsed: boolean])[] = [
    ["base (replaced by baseos)", config.base.length > 0],
    ["drives of apps (replaced by volumes)", config.apps.some((app) => app.drives.length > 0)],
  ];
  return used.filter(([, isUsed]) => isUsed).map(([name]) =>
    `${name} is not supported by eve-comms and not passed on`
  );
}
