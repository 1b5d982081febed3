/** What an endpoint of the local profile server is made of, for the one runner of all. */
import type { LpsVerdict } from "./exchange.ts";

/** Names as in `timer.lps.<name>.interval` and in the watchdog file `lps-<name>`. */
export type LpsEndpointName =
  | "profile"
  | "radio"
  | "appinfo"
  | "devinfo"
  | "network"
  | "appbootinfo"
  | "location";

/** One endpoint; all of it is called from the event loop only. */
export interface LpsEndpoint {
  readonly name: LpsEndpointName;
  /** With a slash in front. */
  readonly path: string;
  /** The pace after a 404, in milliseconds. */
  readonly throttledMs: number;
  /** A discarded answer is asked for again at once. */
  readonly repeatsDiscarded: boolean;
  /** The body; `"none"` for a GET, `"not-yet"` while there is nothing to say. */
  message(): Uint8Array | "none" | "not-yet";
  /** Judges the body of a 200 or 201; what it orders is done by the verdict's `apply`. */
  judge(contents: Uint8Array, token: string): LpsVerdict;
  /** 204. */
  nothingNew?(): void;
  /** 404. */
  notFound?(): void;
  /** No server gave an answer that can be used. */
  failed?(reasons: readonly string[]): void;
}

/** The pace after a 404, where nothing else is said. */
export const hourMs = 3_600_000;
/** The pace of radio and location after a 404. */
export const fiveMinutesMs = 300_000;
