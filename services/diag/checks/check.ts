/** What a check is, and what its look at the facts gives. */
import type { Facts } from "../facts/facts.ts";
import type { LayerName } from "./layer.ts";

/** One thing that can be wrong. Plain data; `docs/checks.md` is made from it. */
export interface Check {
  /** Stable: scripts, manuals and support know it by this. Never given to another check. */
  readonly code: string;
  readonly title: string;
  readonly layer: LayerName;
  /**
   * `broken`: what depends on its layer can't work, and is not looked at. `degraded`: the device does its work, with less
   * than it should have.
   */
  readonly weight: "broken" | "degraded";
  /** Likely cause, for the person at the console. */
  readonly cause: string;
  /** What to do. */
  readonly remedy: string;
}

/** A check that found something. */
export interface Seen {
  readonly code: string;
  /** The port; absent for what concerns the whole device. */
  readonly ifName?: string;
  /** What was seen, in one line. */
  readonly text: string;
  /** Weighs less than its check this time: what depends on it has been seen to work. */
  readonly harmless?: true;
}

/** All checks of a layer, or of two that belong together. `look` is pure. */
export interface CheckGroup {
  readonly checks: readonly Check[];
  look(facts: Facts): readonly Seen[];
}
