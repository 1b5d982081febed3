/** JSON that we only carry along: kept as it came, with all digits of its integers. */
import { compareBytes, setOwn } from "./go_containers.ts";
import { type GoType, isObject, type JsonValue, mismatch } from "./go_type.ts";

const maxDepth = 200;

/** Any JSON. The zero value is `null`; names keep the order in which they came. */
export const goRaw: GoType<JsonValue> = {
  zero: () => null,
  encode: write,
  decode: (json) => checked(json),
  equal: same,
  isEmpty: (value) => value === null,
  wide: true,
  canonical: "never",
};

/** An object of any members, for topics of which we only relay single ones. */
export type RawObject = Readonly<Record<string, JsonValue>>;

/** See {@linkcode RawObject}. The zero value is `{}`. */
export const goRawObject: GoType<RawObject> = {
  zero: () => ({}),
  encode: write,
  decode(json) {
    if (json === null) return {};
    if (!isObject(json)) return mismatch("an object", json);
    checked(json);
    const value: Record<string, JsonValue> = {};
    for (const name of Object.keys(json)) setOwn(value, name, json[name] ?? null);
    return value;
  },
  equal: same,
  isEmpty: (value) => Object.keys(value).length === 0,
  wide: true,
  canonical: "never",
};

function checked(json: JsonValue, level = 0): JsonValue {
  if (typeof json === "number" && !Number.isFinite(json)) {
    return mismatch("numbers that fit float64", "a larger one");
  }
  if (typeof json !== "object" || json === null) return json;
  if (level >= maxDepth) return mismatch(`at most ${maxDepth} levels of JSON`, "more");
  for (const item of Object.values<JsonValue>(json)) checked(item, level + 1);
  return json;
}

function write(json: JsonValue): string {
  if (typeof json === "bigint") return String(json);
  if (Array.isArray(json)) return `[${json.map(write).join(",")}]`;
  if (!isObject(json)) return JSON.stringify(json);
  return `{${
    Object.entries(json).map(([name, item]) => `${JSON.stringify(name)}:${write(item)}`).join(",")
  }}`;
}

function same(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i] ?? null));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a).sort(compareBytes);
  const others = Object.keys(b).sort(compareBytes);
  return names.length === others.length &&
    names.every((name, i) => name === others[i] && same(a[name] ?? null, b[name] ?? null));
}
