/** `ErrorAndTime`, embedded in many statuses (`spec/controllerconn.md §11.4`). */
import { goList } from "./go_containers.ts";
import { goInt32, goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** What an error is about. */
export const goErrorEntity = goStruct({ EntityType: goInt32, EntityID: goString });

/** `ErrorSeverity`: 0 unspecified, 1 notice, 2 warning, 3 error. No error = empty `Error`. */
export const goErrorAndTime = goStruct({
  Error: goString,
  ErrorTime: goTimeType,
  ErrorSeverity: goInt32,
  ErrorRetryCondition: goString,
  ErrorEntities: goList(goErrorEntity),
});
/** See {@linkcode goErrorAndTime}. */
export type ErrorAndTime = GoValue<typeof goErrorAndTime>;
