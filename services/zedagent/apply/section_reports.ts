/** What could not be applied, by section, for the log and for the controller (decisions.md 12). */
import type { Device } from "../../agent/mod.ts";
import type { ConfigItemState } from "../parts.ts";

/** See {@linkcode sectionReports}. */
export interface SectionReports {
  /** Replaces the reports of a section; each new one is logged. */
  set(section: string, reports: readonly string[]): void;
  /** As `config.<section>`, for `configItemStatus`. */
  asItems(): ReadonlyMap<string, ConfigItemState>;
}

const longest = 1000;

/** Starts without reports. @param changed after the reports of a section have changed */
export function sectionReports(device: Device, changed: () => void): SectionReports {
  const texts = new Map<string, string>();
  return {
    set(section, reports) {
      const text = reports.join("\n").slice(0, longest);
      const old = texts.get(section) ?? "";
      if (text === old) return;
      if (text === "") texts.delete(section);
      else texts.set(section, text);
      for (const report of reports) device.log.error(`config section ${section}: ${report}`);
      changed();
    },
    asItems: () =>
      new Map(
        [...texts].map(([section, error]) => [`config.${section}`, { value: "", error, unknown: false }]),
      ),
  };
}
