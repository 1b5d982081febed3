/** What became of a section of the configuration: desired and applied version, state, since when and why (decisions.md 12). Pure. */

/** What a pending section waits for; when it comes, the section is tried again. */
export type Waits =
  /** The end of maintenance mode. */
  | "maintenance"
  /** A reboot or shutdown that was accepted. */
  | "reboot"
  /** The base OS that the configuration activates. */
  | "update"
  /** Certificates of the controller. */
  | "certificates"
  /** A file that could not be written; tried with each contact to the controller, since a disk tells nobody when it is well. */
  | "disk";

/** Versions are hashes in hexadecimal; `""` is none. */
export interface SectionState {
  readonly desired: string;
  /** The version that was last worked on, whatever came of it; `""` asks for it to be worked on again. */
  readonly handled: string;
  /** The version that is in force whole; `""` while none is, since a part of the last one is refused or pending. */
  readonly applied: string;
  readonly state: "applied" | "pending" | "refused";
  /** When the state or the desired version became this one, in milliseconds since 1970; 0: not settled yet. */
  readonly since: number;
  /** One for each thing that is wrong or waits; empty if applied. */
  readonly reasons: readonly string[];
  readonly waits: Waits | "";
}

/** What working on a section came to. */
export interface SectionOutcome {
  readonly refused: readonly string[];
  /** What can still come; it outweighs refusals, which are told as well. */
  readonly pending?: { readonly waits: Waits; readonly reasons: readonly string[] } | undefined;
  /** Nothing of the version is in force, and the one before is as it was. */
  readonly kept?: boolean;
}

/** Never configured. */
export const unknownSection: SectionState = {
  desired: "",
  handled: "",
  applied: "",
  state: "applied",
  since: 0,
  reasons: [],
  waits: "",
};

/** More reasons than this are counted, not told. */
const mostReasons = 50;

/** True if the section must be worked on. */
export function needsWork(section: SectionState, desired: string): boolean {
  return section.handled === "" || section.handled !== desired;
}

/** The version is wanted and cannot be worked on yet. */
export function held(
  section: SectionState,
  desired: string,
  waits: Waits,
  reason: string,
  now: number,
): SectionState {
  if (section.applied === desired) {
    return section.state === "pending" ? settled(wanted(section, desired), { refused: [] }, now) : section;
  }
  if (!needsWork(section, desired)) return section;
  const outcome = { refused: [], pending: { waits, reasons: [reason] }, kept: true };
  return settled(wanted(section, desired), outcome, now);
}

/** The version is the desired one from now on. */
export function wanted(section: SectionState, desired: string): SectionState {
  return { ...section, desired, since: section.desired === desired ? section.since : 0 };
}

/** Work on the desired version has ended. */
export function settled(section: SectionState, outcome: SectionOutcome, now: number): SectionState {
  const { refused, pending, kept } = outcome;
  const state = pending !== undefined ? "pending" : refused.length > 0 ? "refused" : "applied";
  return {
    desired: section.desired,
    handled: pending === undefined ? section.desired : "",
    applied: state === "applied" ? section.desired : kept === true ? section.applied : "",
    state,
    since: section.state !== state || section.since === 0 ? now : section.since,
    reasons: shortened([...pending?.reasons ?? [], ...refused].map(withoutTempNames)),
    waits: pending?.waits ?? "",
  };
}

/** The same failure reads the same at each try, so that it is told and reported once. */
function withoutTempNames(reason: string): string {
  return reason.replace(/\/tmp\d{8,}/g, "/tmp…");
}

function shortened(reasons: readonly string[]): readonly string[] {
  if (reasons.length <= mostReasons) return reasons;
  return [...reasons.slice(0, mostReasons), `and ${reasons.length - mostReasons} more`];
}
