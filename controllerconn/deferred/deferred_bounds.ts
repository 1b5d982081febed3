/** What a full queue gives up: the oldest of the lowest priority. Pure. */
import { bytesOf } from "./deferred_counters.ts";
import type { DeferredItem, DeferredSettings } from "./deferred_types.ts";

/** 0 is the most urgent. */
export function priorityOf({ itemType }: DeferredItem, { priorities }: DeferredSettings): number {
  const index = priorities.indexOf(itemType);
  return index === -1 ? priorities.length : index;
}

/**
 * What has to go so that the rest is within the limits.
 * @param sending serial that is on its way and stays
 */
export function overLimit(
  items: readonly DeferredItem[],
  settings: DeferredSettings,
  sending: number | undefined,
): readonly DeferredItem[] {
  const gone: DeferredItem[] = [];
  let kept = items;
  while (kept.length > settings.maxItems || bytesOf(kept) > settings.maxBytes) {
    const candidates = kept.filter(({ serial }) => serial !== sending);
    const [first, ...rest] = candidates;
    if (first === undefined) break;
    const victim = rest.reduce((worst, item) => goesBefore(item, worst, settings) ? item : worst, first);
    kept = kept.filter((item) => item !== victim);
    gone.push(victim);
  }
  return gone;
}

function goesBefore(item: DeferredItem, worst: DeferredItem, settings: DeferredSettings): boolean {
  const difference = priorityOf(item, settings) - priorityOf(worst, settings);
  return difference === 0 ? item.since < worst.since : difference > 0;
}
