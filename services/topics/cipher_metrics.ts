/** `CipherMetrics` of each agent that decrypts parts of the configuration. Key `global` (`spec/zedagent.md §15`). */
import { goList } from "./go_containers.ts";
import { goString, goUint } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** `TypeCounters`: one for each number of the API's `CipherError`. */
export const goCipherMetrics = goStruct({
  AgentName: goString,
  FailureCount: goUint,
  SuccessCount: goUint,
  LastFailure: goTimeType,
  LastSuccess: goTimeType,
  TypeCounters: goList(goUint),
});
/** See {@linkcode goCipherMetrics}. */
export type CipherMetrics = GoValue<typeof goCipherMetrics>;
