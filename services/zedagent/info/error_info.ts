/** Times and errors of the bus in the form of the device API. Pure. */
import { info } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { type ErrorAndTime, hasError, isZeroTime, type TestResults, timeMs } from "../../topics/mod.ts";

const { SEVERITY_WARNING, SEVERITY_ERROR } = info.Severity;

/** A time of the bus under a field's name; nothing for the zero time. */
export function timeField<Name extends string>(
  name: Name,
  time: string,
): { readonly [N in Name]?: ReturnType<typeof toTimestamp> } {
  const fields: { [N in Name]?: ReturnType<typeof toTimestamp> } = {};
  if (!isZeroTime(time)) fields[name] = toTimestamp(timeMs(time));
  return fields;
}

/** An error; `undefined` if there is none. */
export function errorInfo(error: ErrorAndTime): info.IErrorInfo | undefined {
  if (error.Error === "") return undefined;
  return {
    description: error.Error,
    ...timeField("timestamp", error.ErrorTime),
    severity: error.ErrorSeverity,
    retry_condition: error.ErrorRetryCondition,
    entities: (error.ErrorEntities ?? []).map(({ EntityType, EntityID }) => ({
      entity: EntityType,
      entity_id: EntityID,
    })),
  };
}

/** What testing a port came to; never absent (`spec/zedagent.md §14.3`, `err`). */
export function testInfo(results: TestResults): info.IErrorInfo {
  if (hasError(results)) {
    return {
      description: results.LastError,
      severity: SEVERITY_ERROR,
      ...timeField("timestamp", results.LastFailed),
    };
  }
  return {
    ...(results.LastWarning === "" ? {} : { description: results.LastWarning, severity: SEVERITY_WARNING }),
    ...timeField("timestamp", results.LastSucceeded),
  };
}
