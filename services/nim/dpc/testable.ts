/** Which configuration of the list is tested next, and which is kept when none is (`spec/nim.md §7.3`). Pure. */
import type { DevicePortConfigList } from "../../topics/mod.ts";
import { MANUAL_KEY } from "./order.ts";
import { isTestable } from "./predicates.ts";

/**
 * The first testable entry from `start` on, the end followed by the beginning; never one below a `manual` entry.
 * @param start any index from 0 on, also the one after the last
 * @param now Go time text
 * @returns -1 if there is none
 */
export function nextTestable(
  list: DevicePortConfigList,
  start: number,
  now: string,
  coolDownMs: number,
): number {
  const entries = list.PortConfigList ?? [];
  const manual = manualIndex(list);
  for (let step = 0; step < entries.length; step++) {
    const index = (start + step) % entries.length;
    const dpc = entries[index];
    if (dpc === undefined || (manual !== -1 && index > manual)) continue;
    if (isTestable(dpc, now, coolDownMs)) return index;
  }
  return -1;
}

/** Where to wait while nothing is testable: at `manual`, else at the most wanted; -1 if the list is empty. */
export function parkIndex(list: DevicePortConfigList): number {
  const manual = manualIndex(list);
  return manual !== -1 || (list.PortConfigList ?? []).length === 0 ? manual : 0;
}

/** The selection is where it must not stay: a manual configuration has come above it. */
export function isBelowManual(list: DevicePortConfigList): boolean {
  const manual = manualIndex(list);
  return manual !== -1 && list.CurrentIndex > manual;
}

function manualIndex(list: DevicePortConfigList): number {
  return (list.PortConfigList ?? []).findIndex(({ Key }) => Key === MANUAL_KEY);
}
