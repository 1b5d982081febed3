/** The words of a plan: what is done, why, and what goes by it. */

/** What a step does. */
export type Action =
  | { readonly kind: "run"; readonly program: string; readonly args: readonly string[] }
  | {
    readonly kind: "write";
    readonly path: string;
    readonly text: string;
    /** Written over in one call, for a bind mount that can't be renamed; otherwise replaced by rename, mode 0600. */
    readonly inPlace: boolean;
  }
  | {
    /** In the background: dhcpcd of one interface is stopped, started, or both. */
    readonly kind: "dhcpcd";
    readonly ifName: string;
    /** Words that end the one that runs. */
    readonly stop?: readonly string[];
    readonly start?: readonly string[];
  }
  /** SIGTERM, and waits until the process is gone. */
  | { readonly kind: "end"; readonly pid: number }
  /** Remembers what is nim's own, before it is made. */
  | { readonly kind: "claim"; readonly change: (record: OwnRecord) => OwnRecord };

/** One step of a plan. */
export interface Step {
  /** What it belongs to, e.g. `adapter eth0`; after one that failed, the rest of its item is left out. */
  readonly item: string;
  readonly reason: string;
  /** What is there now and is not afterwards; `""` if nothing. */
  readonly undoes: string;
  readonly action: Action;
  /** Items that must not have failed. */
  readonly needs?: readonly string[];
}

/** What nim has made itself and Linux does not tell: kept in `/run`, so that a new nim knows it (`spec/nim.md §19 W7`). */
export interface OwnRecord {
  /** Interface name → words of its dhcpcd. */
  readonly dhcpcd: Readonly<Record<string, readonly string[]>>;
  /** Interface name → static address beside DHCP. */
  readonly addresses: Readonly<Record<string, string>>;
  /** VLANs and bonds, by their kernel names. */
  readonly links: readonly string[];
}

/** Of a nim that has made nothing yet. */
export const emptyRecord: OwnRecord = { dhcpcd: {}, addresses: {}, links: [] };

/** A step that runs `ip`. */
export function ip(
  item: string,
  reason: string,
  args: readonly string[],
  more: Partial<Pick<Step, "undoes" | "needs">> = {},
): Step {
  return { item, reason, undoes: "", ...more, action: { kind: "run", program: "ip", args } };
}

/** A step that remembers. */
export function claim(item: string, reason: string, change: (record: OwnRecord) => OwnRecord): Step {
  return { item, reason, undoes: "", action: { kind: "claim", change } };
}

/** Without one member. */
export function without<Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
}
