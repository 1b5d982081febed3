/**
 * `zedagent/ConfigSections`: what became of each section of the configuration, for people and `busctl`. A topic of our own: EVE
 * only knows whether a configuration was received, and no Go agent reads this one. Key: name of the section.
 */
import { goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** `Desired` and `Applied` are versions: the start of a hash over the section and what it depends on. */
export const goConfigSection = goStruct({
  /** `applied`, `pending` or `refused`; a section of which only a part is refused is refused. */
  State: goString,
  Desired: goString,
  /** The last version that was applied whole; empty if there was none. */
  Applied: goString,
  /** When the state or the desired version became this one. */
  Since: goTimeType,
  Reason: goString,
  /** What a pending section waits for; empty otherwise. */
  WaitsFor: goString,
});
/** See {@linkcode goConfigSection}. */
export type ConfigSection = GoValue<typeof goConfigSection>;
