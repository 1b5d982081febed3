/** Go's strings, booleans and numbers in JSON. Enumerations and durations are integers (`spec/pubsub.md §4.1`). */
import { type GoType, type JsonValue, mismatch } from "./go_type.ts";

const same = <T>(a: T, b: T) => a === b;

/** `string`; also `HostnameOrIP` and the string-typed enumerations of wwan. */
export const goString: GoType<string> = {
  zero: () => "",
  encode: (value) => JSON.stringify(value),
  decode: (json) => typeof json === "string" ? json : json === null ? "" : mismatch("a string", json),
  equal: same,
  isEmpty: (value) => value === "",
  wide: false,
  canonical: "always",
};

/** `bool` */
export const goBool: GoType<boolean> = {
  zero: () => false,
  encode: (value) => value ? "true" : "false",
  decode: (json) =>
    typeof json === "boolean" ? json : json === null ? false : mismatch("true or false", json),
  equal: same,
  isEmpty: (value) => !value,
  wide: false,
  canonical: "always",
};

/** `float64`: the shortest text that gives the same number, as JavaScript writes it too. */
export const goFloat: GoType<number> = {
  zero: () => 0,
  encode: (value) => Number.isFinite(value) ? String(value) : noNumber(value),
  decode(json) {
    if (typeof json !== "number" && typeof json !== "bigint") return zeroOr("a number", json, 0);
    const value = Number(json);
    return Number.isFinite(value) ? value : mismatch("a number that fits float64", json);
  },
  equal: same,
  isEmpty: (value) => value === 0,
  wide: false,
  canonical: "always",
};

function zeroOr<T>(expected: string, json: JsonValue, zero: T): T {
  return json === null ? zero : mismatch(expected, json);
}

function noNumber(value: number): never {
  throw new TypeError(`expected a number that JSON can hold, got ${value}`);
}

/** What fits is kept, what does not is refused as Go does; fractions are cut off when writing. */
function smallInteger(name: string, low: number, high: number): GoType<number> {
  const expected = `a number that fits ${name}`;
  return {
    zero: () => 0,
    encode(value) {
      if (Number.isInteger(value) && value >= low && value <= high) return String(value);
      return Number.isNaN(value) ? noNumber(value) : String(Math.trunc(Math.min(high, Math.max(low, value))));
    },
    decode(json) {
      if (typeof json !== "number") {
        return typeof json === "bigint" ? mismatch(expected, json) : zeroOr("a number", json, 0);
      }
      return Number.isInteger(json) && json >= low && json <= high ? json : mismatch(expected, json);
    },
    equal: same,
    isEmpty: (value) => value === 0,
    wide: false,
    canonical: "always",
  };
}

/** Counters and durations of 64 bits kept as `number`: exact to 2^53, rounded beyond, cut to what 64 bits hold. */
function largeNumber(low: bigint, high: bigint): GoType<number> {
  const within = (value: number) => Math.min(Number(high), Math.max(Number(low), value));
  return {
    zero: () => 0,
    encode(value) {
      if (Number.isSafeInteger(value)) return value >= low ? String(value) : String(low);
      if (Number.isNaN(value)) return noNumber(value);
      if (!Number.isFinite(value)) return String(value < 0 ? low : high);
      return String(clamp(BigInt(Math.trunc(value)), low, high));
    },
    decode(json) {
      if (typeof json === "bigint") return within(Number(json));
      if (typeof json !== "number") return zeroOr("a number", json, 0);
      return Number.isInteger(json) ? within(json) : mismatch("a whole number", json);
    },
    equal: same,
    isEmpty: (value) => value === 0,
    wide: false,
    canonical: "always",
  };
}

/** 64 bits where every digit counts. */
function bigInteger(low: bigint, high: bigint): GoType<bigint> {
  return {
    zero: () => 0n,
    encode: (value) => String(clamp(value, low, high)),
    decode(json) {
      if (typeof json === "number" && Number.isInteger(json)) return clamp(BigInt(json), low, high);
      return typeof json === "bigint" ? clamp(json, low, high) : zeroOr("a whole number", json, 0n);
    },
    equal: same,
    isEmpty: (value) => value === 0n,
    wide: true,
    canonical: "always",
  };
}

const clamp = (value: bigint, low: bigint, high: bigint) => value < low ? low : value > high ? high : value;
const int64Low = -(2n ** 63n);
const int64High = 2n ** 63n - 1n;
const uint64High = 2n ** 64n - 1n;

/** `uint8`, and enumerations of that size */
export const goUint8 = smallInteger("uint8", 0, 255);
/** `uint16` */
export const goUint16 = smallInteger("uint16", 0, 65535);
/** `uint32` */
export const goUint32 = smallInteger("uint32", 0, 4294967295);
/** `int32`, and enumerations of protobuf */
export const goInt32 = smallInteger("int32", -2147483648, 2147483647);
/** `int`, `int64` as a number: exact to 2^53. */
export const goInt = largeNumber(int64Low, int64High);
/** `uint`, `uint64` as a number: exact to 2^53. */
export const goUint = largeNumber(0n, uint64High);
/** `int64` with all digits. */
export const goInt64 = bigInteger(int64Low, int64High);
/** `uint64` with all digits. */
export const goUint64 = bigInteger(0n, uint64High);
/** `time.Duration`: nanoseconds. */
export const goDuration = goInt;
