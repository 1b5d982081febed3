/** Arrival and deletion of a configuration in the list (`spec/nim.md §6.2`, without compressing and publishing). Pure. */
import {
  compareTimes,
  type DevicePortConfig,
  type DevicePortConfigList,
  NetworkConfigOrigin,
} from "../../topics/mod.ts";
import { withConfigSource } from "./config_source.ts";
import { insert, MANUAL_KEY } from "./order.ts";
import { mostlyEqual, wasWorking } from "./predicates.ts";
import { LPS_KEY } from "./sanitize.ts";

/** What {@linkcode add} and {@linkcode remove} give; unchanged, the list is the very one that was given. */
export interface ListChange {
  readonly list: DevicePortConfigList;
  readonly changed: boolean;
}

type Entries = readonly DevicePortConfig[];

/**
 * Takes in a sanitized configuration. One that is selected already, on top, and says nothing new changes nothing, not
 * even its stored TimePriority; `lps` never enters. The caller compresses, publishes and verifies.
 */
export function add(list: DevicePortConfigList, dpc: DevicePortConfig): ListChange {
  if (dpc.Key === LPS_KEY) return { list, changed: false };
  const entries = list.PortConfigList ?? [];
  if (dpc.Key === MANUAL_KEY) {
    const others = entries.filter(({ Key }) => Key !== MANUAL_KEY);
    return { list: reselected(list, insert(others, submitted(dpc))), changed: true };
  }
  const at = lookup(entries, dpc);
  const old = entries[at];
  if (old === undefined) return { list: reselected(list, insert(entries, dpc)), changed: true };
  if (list.CurrentIndex === 0 && isTheOneOnTop(entries, old, dpc)) return { list, changed: false };
  return { list: reselected(list, replaced(entries, at, old, dpc)), changed: true };
}

/** Takes out what a deleted key named. Not found, nothing changes. */
export function remove(list: DevicePortConfigList, dpc: DevicePortConfig): ListChange {
  const entries = list.PortConfigList ?? [];
  const at = lookup(entries, dpc);
  if (at === -1) return { list, changed: false };
  return { list: reselected(list, entries.toSpliced(at, 1)), changed: true };
}

/**
 * A verification has to start after {@linkcode add}: also if nothing changed, unless the selected entry gives access.
 * @param connected a management port has a usable address, and some port a name server
 */
export function needsVerification({ list, changed }: ListChange, connected: boolean): boolean {
  return changed || !connected || list.CurrentIndex === -1;
}

function isTheOneOnTop(entries: Entries, old: DevicePortConfig, dpc: DevicePortConfig): boolean {
  const top = entries[0];
  return top !== undefined && mostlyEqual(old, dpc) && mostlyEqual(top, dpc);
}

/** Same identity, else same content; -1 if there is neither. */
function lookup(entries: Entries, dpc: DevicePortConfig): number {
  const same = entries.findIndex((entry) =>
    entry.Version === dpc.Version && entry.Key === dpc.Key &&
    compareTimes(entry.TimePriority, dpc.TimePriority) === 0
  );
  return same !== -1 ? same : entries.findIndex((entry) => mostlyEqual(entry, dpc));
}

/** The same time overwrites in place, with the results of the new one; another finds its place and keeps the history. */
function replaced(entries: Entries, at: number, old: DevicePortConfig, dpc: DevicePortConfig): Entries {
  if (compareTimes(old.TimePriority, dpc.TimePriority) === 0) return entries.with(at, dpc);
  const { LastFailed, LastSucceeded, LastError, LastWarning, LastIPAndDNS } = old;
  return insert(entries.toSpliced(at, 1), {
    ...dpc,
    LastFailed,
    LastSucceeded,
    LastError,
    LastWarning,
    LastIPAndDNS,
  });
}

/** Entered on the device, whatever it says itself. */
function submitted(dpc: DevicePortConfig): DevicePortConfig {
  return withConfigSource(dpc, {
    Origin: NetworkConfigOrigin.NetworkConfigOriginTUI,
    SubmittedAt: dpc.TimePriority,
  });
}

/**
 * The new entries, the selection where it belongs: it follows an entry that worked, and is given up for one that did
 * not. What was selected is looked up in the old entries, before anything left them (`spec/nim.md §19 W12`).
 */
function reselected(old: DevicePortConfigList, entries: Entries): DevicePortConfigList {
  return { CurrentIndex: selection(old, entries), PortConfigList: entries };
}

function selection(old: DevicePortConfigList, entries: Entries): number {
  const base = old.PortConfigList?.[old.CurrentIndex];
  if (base === undefined) return -1;
  const index = lookup(entries, base);
  const top = entries[0];
  if (index === -1) return top !== undefined && wasWorking(top) ? 0 : -1;
  return index === old.CurrentIndex || wasWorking(base) ? index : -1;
}
