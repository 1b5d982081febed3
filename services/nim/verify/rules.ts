/** What the decider is given: settings, limits, and the parts of nim that it asks. */
import type { AssembleStatus } from "../parts.ts";

/** The items of `ConfigItemValueMap` that it looks at (`spec/nim.md §2.3`); times in milliseconds. */
export interface Settings {
  /** `timer.port.testinterval` */
  readonly testIntervalMs: number;
  /** `timer.port.testbetterinterval`; 0 = never */
  readonly testBetterIntervalMs: number;
  /** `timer.port.testduration`: unit of all waits during a verification */
  readonly testDurationMs: number;
  /** `network.fallback.any.eth` is enabled */
  readonly fallback: boolean;
  /** `dhcp.enable.vendorclassid` */
  readonly sendVendorClass: boolean;
  /** nim's own log level is debug or below: dnsmasq tells what it is asked (`spec/nim.md §14.4`). */
  readonly logQueries: boolean;
}

/** Times in milliseconds. */
export interface Limits {
  /** A configuration that failed is left alone for so long; at least a second. */
  readonly coolDownMs: number;
  /** The list may stay empty, and the settings unknown, for so long after the start. */
  readonly availabilityMs: number;
  /** A configuration that works is not taken down for the retry of a better one before it has worked for so long. */
  readonly minimumWorkingMs: number;
}

/** EVE's, but for the last, which EVE lacks (`spec/nim.md §2.3, 19 W27`). */
export const defaultLimits: Limits = {
  coolDownMs: 300_000,
  availabilityMs: 60_000,
  minimumWorkingMs: 60_000,
};

/** The same all the time that nim runs. */
export interface Rules {
  readonly limits: Limits;
  /** Hold when nobody has published settings by the end of `availabilityMs`. */
  readonly defaults: Settings;
  /**
   * nim changes nothing: name servers are those of the status, there is no forwarder; the last resort takes any link with
   * a default route.
   */
  readonly isObserving: boolean;
  readonly assembleStatus: AssembleStatus;
}
