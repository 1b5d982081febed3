/** What the appliers of single sections share. */
import type { Device } from "../../agent/mod.ts";
import type { Publications } from "./publications.ts";
import type { SectionStates } from "./section_states.ts";

/** Where a configuration comes from (`spec/zedagent.md §3`). */
export type ConfigSource = "controller" | "loc" | "saved" | "bootstrap";

/** Handed to the steps of each section. */
export interface Applier {
  readonly device: Device;
  readonly publications: Publications;
  readonly states: SectionStates;
}
