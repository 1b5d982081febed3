/** `TestResults`, embedded in ports and port configurations (`spec/controllerconn.md §11.3`). */
import { goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { compareTimes, goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** Both times zero: never tested. */
export const goTestResults = goStruct({
  LastFailed: goTimeType,
  LastSucceeded: goTimeType,
  LastError: goString,
  LastWarning: goString,
});
/** See {@linkcode goTestResults}. */
export type TestResults = GoValue<typeof goTestResults>;

/** `LastFailed` is later than `LastSucceeded` (`spec/controllerconn.md §4`). */
export function hasError(results: Pick<TestResults, "LastFailed" | "LastSucceeded">): boolean {
  return compareTimes(results.LastFailed, results.LastSucceeded) > 0;
}
