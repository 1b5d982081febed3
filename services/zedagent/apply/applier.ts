/** What the appliers of single sections share. */
import type { Device } from "../../agent/mod.ts";
import type { Publications } from "./publications.ts";
import type { SectionHashes } from "./section_hashes.ts";
import type { SectionReports } from "./section_reports.ts";

/** Where a configuration comes from (`spec/zedagent.md §3`). */
export type ConfigSource = "controller" | "loc" | "saved" | "bootstrap";

/** Handed to each section. */
export interface Applier {
  readonly device: Device;
  readonly publications: Publications;
  readonly hashes: SectionHashes;
  readonly reports: SectionReports;
}
