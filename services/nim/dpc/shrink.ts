/**
 * Makes the list small enough for the bus: too many ports in too many configurations would not reach a Go subscriber at
 * all (`spec/nim.md §19 W15`). Also during a verification. Pure.
 */
import { compareTimes, type DevicePortConfig, type DevicePortConfigList, topics } from "../../topics/mod.ts";
import { planValue } from "../../pubsub/mod.ts";
import { type Compressed, keepOnly } from "./compress.ts";
import { MANUAL_KEY } from "./order.ts";
import { wasWorking } from "./predicates.ts";

/** See {@linkcode shrink}. */
export interface Shrunk extends Compressed {
  /** False if the protected entries alone are too many: publishing is then refused. */
  readonly fits: boolean;
}

/**
 * Drops the oldest entries, one by one, until a message can carry the rest. Protected are the top, the selected one,
 * the first that worked, and `manual`.
 */
export function shrink(list: DevicePortConfigList): Shrunk {
  const dropped: DevicePortConfig[] = [];
  let rest = list;
  while (!fitsMessage(rest)) {
    const oldest = oldestUnprotected(rest);
    if (oldest === undefined) return { list: rest, dropped, fits: false };
    dropped.push(oldest);
    rest = keepOnly(rest, (entry) => entry !== oldest).list;
  }
  return { list: rest, dropped, fits: true };
}

function fitsMessage(list: DevicePortConfigList): boolean {
  const topic = topics.nim.DevicePortConfigList;
  return planValue(topic, "global", topic.codec.encode(list)).kind === "send";
}

/** Of equally old ones the lowest. */
function oldestUnprotected(list: DevicePortConfigList): DevicePortConfig | undefined {
  const entries = list.PortConfigList ?? [];
  const working = entries.findIndex(wasWorking);
  return entries
    .filter(({ Key }, index) =>
      index !== 0 && index !== list.CurrentIndex && index !== working && Key !== MANUAL_KEY
    )
    .reduce<DevicePortConfig | undefined>(
      (oldest, entry) =>
        oldest === undefined || compareTimes(entry.TimePriority, oldest.TimePriority) <= 0 ? entry : oldest,
      undefined,
    );
}
