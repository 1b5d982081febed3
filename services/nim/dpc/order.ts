/** Who stands before whom in the list of configurations (`spec/nim.md §6.1`). Pure. */
import { compareTimes, type DevicePortConfig } from "../../topics/mod.ts";

/** Key of what was entered on the device. */
export const MANUAL_KEY = "manual";
/** Key of what the controller (or the local operator console) sends. */
export const ZEDAGENT_KEY = "zedagent";
/** Key of what nim makes up itself. */
export const LAST_RESORT_KEY = "lastresort";

type Rank = Pick<DevicePortConfig, "Key" | "TimePriority">;

/** A newcomer goes before `entry`. Asked only at arrival: it is no order that a list could be sorted by. */
export function outranks(newcomer: Rank, entry: Rank): boolean {
  if (newcomer.Key === MANUAL_KEY) return true;
  if (newcomer.Key === ZEDAGENT_KEY && entry.Key !== ZEDAGENT_KEY) return true;
  return compareTimes(newcomer.TimePriority, entry.TimePriority) > 0;
}

/** The entries with the newcomer in its place; the others keep theirs. */
export function insert(
  entries: readonly DevicePortConfig[],
  newcomer: DevicePortConfig,
): readonly DevicePortConfig[] {
  const found = entries.findIndex((entry) => outranks(newcomer, entry));
  return entries.toSpliced(found === -1 ? entries.length : found, 0, newcomer);
}
