/** From a Go type to the codec of a topic: whole documents in Go's JSON form (`spec/pubsub.md §4`). */
import type { Codec } from "../pubsub/mod.ts";
import { type GoType, isObject, type JsonValue, mismatch } from "./go_type.ts";

const goEscaped = /[<>&\u2028\u2029]/g;
const goEscapes: Record<string, string> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};
/** A zone, or a fraction that ends in zeros: what the same instant in UTC is written without. */
const otherFormOfTime = /\d[+-]\d\d:\d\d"|\.\d*0Z"/;
/** A number that may be one of more digits than float64 has. */
const longNumber = /\d{16}|[:,[]\s*-?\d+(?:\.\d+)?[eE]/;

/**
 * The codec of a topic whose values are of `type`. Decoding takes any white space, names in any case, missing and
 * unknown members; every field is present afterwards.
 */
export function goCodec<T>(type: GoType<T>): Codec<T> {
  return {
    encode: (value) => goEscape(type.encode(value)),
    decode(text) {
      const json = parse(text, type.wide);
      return isObject(json) ? type.decode(json) : mismatch("a JSON object", json);
    },
    equal: (a, b) => type.equal(a, b),
    ...(type.canonical === "never"
      ? {}
      : { isCanonical: (text) => type.canonical === "always" || !otherFormOfTime.test(text) }),
    unknownMembers: (text) => type.strangers?.(parse(text, false)) ?? [],
  };
}

/** Go escapes these characters, which in JSON can only stand inside strings. */
function goEscape(json: string): string {
  return json.search(goEscaped) < 0 ? json : json.replace(goEscaped, (c) => goEscapes[c] ?? c);
}

function parse(text: string, wide: boolean): JsonValue {
  try {
    return wide && longNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (error) {
    const got = text.trim() === "" ? "an empty text" : `unreadable JSON (${text.length} characters)`;
    throw new TypeError(`expected a JSON object, got ${got}`, { cause: error });
  }
}

function keepDigits(_name: string, value: JsonValue, context?: { readonly source?: string }): JsonValue {
  if (typeof value !== "number" || Number.isSafeInteger(value) || context?.source === undefined) return value;
  if (isDigits(context.source)) return BigInt(context.source);
  // A fraction that float64 has not the digits for is written, and read back, as an integer.
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value) : value;
}

function isDigits(source: string): boolean {
  for (let i = source.startsWith("-") ? 1 : 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
