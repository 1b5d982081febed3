/** One step of applying a configuration: a section, what it depends on, and the work (`spec/zedagent.md §6.1`). */
import type { EdgeDevConfig } from "../../../proto/device.ts";
import { errorText } from "../../agent/mod.ts";
import type { Messages } from "./section_hashes.ts";
import type { SectionOutcome, Waits } from "./section_state.ts";
import type { SectionStates } from "./section_states.ts";

/** See {@linkcode runSteps}. */
export interface SectionStep {
  readonly section: string;
  parts(config: EdgeDevConfig): readonly Messages[];
  work(config: EdgeDevConfig): SectionOutcome;
}

/** Works on each section that is not as it should be. A step that fails in an unforeseen way does not hold the others back. */
export function runSteps(states: SectionStates, steps: readonly SectionStep[], config: EdgeDevConfig): void {
  for (const { section, parts, work } of steps) {
    if (states.changed(section, parts(config))) states.settle(section, guarded(() => work(config)));
  }
}

/** Says of each section that is not as it should be what it waits for. */
export function holdSteps(
  states: SectionStates,
  steps: readonly SectionStep[],
  config: EdgeDevConfig,
  waits: Waits,
  reason: string,
): void {
  for (const { section, parts } of steps) states.hold(section, parts(config), waits, reason);
}

function guarded(work: () => SectionOutcome): SectionOutcome {
  try {
    return work();
  } catch (error) {
    return { refused: [`working on it failed: ${errorText(error)}; what of it was applied before stays`] };
  }
}
