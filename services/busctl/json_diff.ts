/** What changed between two values, member by member. Pure. */
import { compact, isList } from "./exact_json.ts";
import { pathText } from "./field_path.ts";
import type { JsonValue } from "../topics/mod.ts";

/** One member; undefined where it is not there. */
export interface FieldChange {
  readonly field: string;
  readonly old: JsonValue | undefined;
  readonly new: JsonValue | undefined;
}

/** The changed members, the deepest that can be named. Empty if both are the same; order of members does not count. */
export function diff(old: JsonValue, now: JsonValue): FieldChange[] {
  return [...changes(old, now, [])];
}

function* changes(
  old: JsonValue | undefined,
  now: JsonValue | undefined,
  steps: readonly string[],
): Generator<FieldChange> {
  const [before, after] = [membersOf(old), membersOf(now)];
  if (before !== undefined && after !== undefined && isList(old) === isList(now)) {
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      yield* changes(before.get(name), after.get(name), [...steps, name]);
    }
  } else if (old === undefined || now === undefined || compact(old) !== compact(now)) {
    yield { field: pathText(steps), old, new: now };
  }
}

function membersOf(value: JsonValue | undefined): Map<string, JsonValue> | undefined {
  if (isList(value)) return new Map(value.map((item, index) => [String(index), item]));
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}
