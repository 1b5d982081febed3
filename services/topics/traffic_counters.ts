/**
 * `<agent>/TrafficCounters`: requests and bytes by port and purpose, for people and `busctl`. A topic of our own: EVE counts
 * by URL only (`MetricsMap`), and no Go agent reads this one. Key `global`.
 */
import type { TrafficByPurpose } from "../../controllerconn/mod.ts";
import { goMap } from "./go_containers.ts";
import { goUint } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoType } from "./go_type.ts";

/** Interface name (`*` for all beyond 64) → purpose → numbers since the program started (`purpose_counters.ts`). */
export const goTrafficCounters: GoType<TrafficByPurpose> = goMap(goMap(goStruct({
  Requests: goUint,
  Failures: goUint,
  FailureKinds: goMap(goUint),
  SentBytes: goUint,
  ReceivedBytes: goUint,
  TotalTimeMs: goUint,
  LastTimeMs: goUint,
})));
