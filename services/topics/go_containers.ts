/** Go's slices, maps and pointers in JSON (`spec/pubsub.md §4.1`). */
import { type GoType, isObject, type JsonValue, MemberError, mismatch, pathsWithin } from "./go_type.ts";

/** A slice: `null` (nil) and `[]` are kept apart and are not equal (`spec/pubsub.md §5`). */
export function goList<T>(element: GoType<T>): GoType<readonly T[] | null> {
  return {
    zero: () => null,
    encode(value) {
      if (value === null) return "null";
      let text = "[";
      for (const item of value) text += (text.length > 1 ? "," : "") + element.encode(item);
      return text + "]";
    },
    decode(json) {
      if (json === null) return null;
      if (!Array.isArray(json)) return mismatch("a list", json);
      return json.map((item: JsonValue, index) => decodeAt(`[${index}]`, element, item));
    },
    equal(a, b) {
      if (a === b) return true;
      if (a === null || b === null || a.length !== b.length) return false;
      return a.every((item, index) => equalAt(element, item, b[index]));
    },
    isEmpty: (value) => value === null || value.length === 0,
    wide: element.wide,
    canonical: element.canonical,
    strangers: (json) =>
      Array.isArray(json) ? json.flatMap((item, index) => strangersAt(`[${index}]`, element, item)) : [],
  };
}

/** A slice that Go compares as a set: order does not count, nil and empty are equal (`spec/pubsub.md §5`). */
export function goSet<T>(element: GoType<T>): GoType<readonly T[] | null> {
  const list = goList(element);
  return {
    ...list,
    canonical: "never",
    equal(a, b) {
      const left = a ?? [];
      const right = b ?? [];
      return left.length === right.length && containsAll(element, left, right) &&
        containsAll(element, right, left);
    },
  };
}

function containsAll<T>(element: GoType<T>, all: readonly T[], some: readonly T[]): boolean {
  return some.every((wanted) => all.some((item) => element.equal(item, wanted)));
}

/** A map with string keys; nil and empty are the same here, and `{}` is written. Keys are sorted by their bytes. */
export function goMap<T>(element: GoType<T>): GoType<Readonly<Record<string, T>>> {
  return {
    zero: () => ({}),
    encode(value) {
      let text = "{";
      for (const key of Object.keys(value).sort(compareBytes)) {
        const item = value[key];
        if (item !== undefined) {
          text += `${text.length > 1 ? "," : ""}${JSON.stringify(key)}:${element.encode(item)}`;
        }
      }
      return text + "}";
    },
    decode(json) {
      if (json === null) return {};
      if (!isObject(json)) return mismatch("an object", json);
      const value: Record<string, T> = {};
      for (const key of Object.keys(json)) setOwn(value, key, decodeAt(key, element, json[key] ?? null));
      return value;
    },
    equal(a, b) {
      if (a === b) return true;
      const keys = Object.keys(a);
      if (keys.length !== Object.keys(b).length) return false;
      return keys.every((key) => Object.hasOwn(b, key) && equalAt(element, a[key], b[key]));
    },
    isEmpty: (value) => Object.keys(value).length === 0,
    wide: element.wide,
    canonical: element.canonical,
    strangers: (json) =>
      isObject(json) ? Object.entries(json).flatMap(([key, item]) => strangersAt(key, element, item)) : [],
  };
}

/** A pointer: `null` or the value. */
export function goPointer<T>(target: GoType<T>): GoType<T | null> {
  return {
    zero: () => null,
    encode: (value) => value === null ? "null" : target.encode(value),
    decode: (json) => json === null ? null : target.decode(json),
    equal: (a, b) => a === null || b === null ? a === b : target.equal(a, b),
    isEmpty: (value) => value === null,
    wide: target.wide,
    canonical: target.canonical,
    strangers: (json) => target.strangers?.(json) ?? [],
  };
}

/** A name from outside may be `__proto__`. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The order of the UTF-8 bytes of two strings; JavaScript's own order puts U+E000 and above after surrogate pairs. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

const rank = (unit: number) => unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;

/** See `GoType.strangers`, with a step in front of each path. */
export function strangersAt<T>(step: string, type: GoType<T>, json: JsonValue): string[] {
  return type.strangers === undefined ? [] : pathsWithin(step, type.strangers(json));
}

function decodeAt<T>(step: string, type: GoType<T>, json: JsonValue): T {
  try {
    return type.decode(json);
  } catch (error) {
    throw error instanceof MemberError ? error.within(step) : error;
  }
}

function equalAt<T>(type: GoType<T>, a: T | undefined, b: T | undefined): boolean {
  return a !== undefined && b !== undefined && type.equal(a, b);
}
