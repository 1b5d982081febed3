/** The owner of the states of all sections: for the log, for the controller, and for `busctl` as `zedagent/ConfigSections`. */
import { type Device, errorText } from "../../agent/mod.ts";
import type { Publication } from "../../pubsub/mod.ts";
import { type ConfigSection, goTime } from "../../topics/mod.ts";
import type { ConfigItemState } from "../parts.ts";
import { type Messages, versionOf } from "./section_hashes.ts";
import {
  held,
  needsWork,
  type SectionOutcome,
  type SectionState,
  settled,
  unknownSection,
  type Waits,
  wanted,
} from "./section_state.ts";

/** See {@linkcode sectionStates}. */
export interface SectionStates {
  /** True if the section must be worked on: then `settle` must follow. */
  changed(section: string, parts: readonly Messages[]): boolean;
  /** The section is wanted like this and cannot be worked on before something comes. */
  hold(section: string, parts: readonly Messages[], waits: Waits, reason: string): void;
  /** Work on a section has ended; each new reason is logged. Also for what has no version. */
  settle(section: string, outcome: SectionOutcome): void;
  /** The desired version; `""` if it was never configured. */
  desired(section: string): string;
  /** True if a section waits for one of these. */
  isWaiting(...waits: readonly Waits[]): boolean;
  /** Whatever is not applied, as `config.<section>`, for `configItemStatus`. */
  asItems(): ReadonlyMap<string, ConfigItemState>;
  /** Brings the topic up to date. A failure is logged; the next call tries again. */
  publish(): void;
}

/** A report of the controller, and an entry of the topic, is at most so long. */
const longest = 1000;

/** Starts without sections. @param changed after the reasons of a section have changed */
export function sectionStates(
  device: Device,
  publication: Pick<Publication<ConfigSection>, "publish" | "unpublish" | "keys">,
  changed: () => void,
): SectionStates {
  const sections = new Map<string, SectionState>();
  const stateOf = (section: string) => sections.get(section) ?? unknownSection;
  const now = () => device.clock.now();

  const put = (section: string, next: SectionState) => {
    const old = stateOf(section);
    sections.set(section, next);
    const told = new Set(old.reasons);
    for (const reason of next.reasons) {
      if (!told.has(reason)) device.log.error(`config section ${section}: ${reason}`);
    }
    if (reasonText(old) !== reasonText(next)) changed();
  };
  return {
    changed(section, parts) {
      const state = stateOf(section);
      const version = versionOf(parts);
      if (!needsWork(state, version)) return false;
      sections.set(section, wanted(state, version));
      return true;
    },
    hold: (section, parts, waits, reason) =>
      put(section, held(stateOf(section), versionOf(parts), waits, reason, now())),
    settle: (section, outcome) => put(section, settled(stateOf(section), outcome, now())),
    desired: (section) => stateOf(section).desired,
    isWaiting: (...waits) =>
      [...sections.values()].some((state) => state.waits !== "" && waits.includes(state.waits)),
    asItems: () =>
      new Map(
        [...sections].filter(([, { state }]) => state !== "applied").map(([section, state]) => [
          `config.${section}`,
          { value: "", error: itemError(state), unknown: false },
        ]),
      ),
    publish() {
      try {
        for (const key of publication.keys()) if (!isTold(stateOf(key))) publication.unpublish(key);
        for (const [section, state] of sections) {
          if (isTold(state)) publication.publish(section, configSection(state));
        }
      } catch (error) {
        device.log.error(`ConfigSections: ${errorText(error)}; trying again with the next change`);
      }
    },
  };
}

/** What has no version is there only while it has something to say. */
function isTold({ desired, reasons }: SectionState): boolean {
  return desired !== "" || reasons.length > 0;
}

function reasonText({ reasons }: SectionState): string {
  return reasons.join("\n").slice(0, longest);
}

function itemError(state: SectionState): string {
  const text = reasonText(state);
  return state.state === "pending" ? `pending since ${goTime(state.since)}: ${text}`.slice(0, longest) : text;
}

function configSection(state: SectionState): ConfigSection {
  return {
    State: state.state,
    Desired: short(state.desired),
    Applied: short(state.applied),
    Since: goTime(state.since),
    Reason: reasonText(state),
    WaitsFor: state.waits,
  };
}

const short = (version: string) => version.slice(0, 16);
