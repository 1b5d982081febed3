/** Which configurations are worth keeping (`spec/nim.md §6.3`). Not to be asked during a verification. Pure. */
import { type DevicePortConfig, type DevicePortConfigList, isZeroTime } from "../../topics/mod.ts";
import { LAST_RESORT_KEY, MANUAL_KEY, ZEDAGENT_KEY } from "./order.ts";
import { wasWorking } from "./predicates.ts";

/** See {@linkcode compress}. */
export interface Compressed {
  readonly list: DevicePortConfigList;
  /** From the top. With `lastresort` among them, its upkeep ends (`spec/nim.md §10`). */
  readonly dropped: readonly DevicePortConfig[];
}

/** The list without what neither works nor is wanted. @param fallback `network.fallback.any.eth` is enabled */
export function compress(list: DevicePortConfigList, fallback: boolean): Compressed {
  const entries = list.PortConfigList ?? [];
  const controllerWorked = entries.some(({ Key, LastSucceeded }) =>
    Key === ZEDAGENT_KEY && !isZeroTime(LastSucceeded)
  );
  const kept: DevicePortConfig[] = [];
  return keepOnly(list, (entry, index) => {
    const hasWorking = kept.some(wasWorking);
    const hasKey = kept.some(({ Key }) => Key === entry.Key);
    const keep = index === 0 || index === list.CurrentIndex ||
      (wasWorking(entry) && !hasWorking) ||
      (entry.Key === ZEDAGENT_KEY && !hasKey) ||
      (!controllerWorked && !hasKey) ||
      (entry.Key === MANUAL_KEY && !hasWorking) ||
      (entry.Key === LAST_RESORT_KEY && fallback);
    if (keep) kept.push(entry);
    return keep;
  });
}

/** The list without some entries; the selection stays on its entry. Asked from the top, once for each. */
export function keepOnly(
  list: DevicePortConfigList,
  keep: (entry: DevicePortConfig, index: number) => boolean,
): Compressed {
  const kept: DevicePortConfig[] = [];
  const dropped: DevicePortConfig[] = [];
  let { CurrentIndex } = list;
  (list.PortConfigList ?? []).forEach((entry, index) => {
    if (index === list.CurrentIndex) CurrentIndex = kept.length;
    (keep(entry, index) ? kept : dropped).push(entry);
  });
  return dropped.length === 0 ? { list, dropped } : { list: { CurrentIndex, PortConfigList: kept }, dropped };
}
