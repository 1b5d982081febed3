/** Go's byte slices and UUIDs in JSON (`spec/pubsub.md §4.1`). */
import { type GoType, type JsonValue, MemberError, mismatch } from "./go_type.ts";

/** `[]byte`, `net.HardwareAddr`, `net.IPMask`: base64; nil is `null`, empty is `""`. */
export const goBytes: GoType<Uint8Array | null> = {
  zero: () => null,
  encode: (value) => value === null ? "null" : `"${value.toBase64()}"`,
  decode(json) {
    if (json === null) return null;
    if (typeof json !== "string") return mismatch("a base64 string", json);
    try {
      return Uint8Array.fromBase64(json);
    } catch {
      throw new MemberError("a base64 string", `${json.length} characters that are none`);
    }
  },
  equal: (a, b) => a === null || b === null ? a === b : equalBytes(a, b),
  isEmpty: (value) => value === null || value.length === 0,
  wide: false,
  canonical: "always",
};

/** The elements of `[][]byte`, such as certificates: a nil among them is read as empty. */
export const goFilledBytes: GoType<Uint8Array> = {
  ...goBytes,
  zero: () => new Uint8Array(),
  decode: (json) => goBytes.decode(json) ?? new Uint8Array(),
};

/**
 * A slice of a named `uint8`, such as the reasons of maintenance mode. Go writes it like bytes, in base64; both that and
 * a list of numbers are read.
 */
export const goUint8List: GoType<readonly number[] | null> = {
  zero: () => null,
  encode: (value) => value === null ? "null" : `"${Uint8Array.from(value).toBase64()}"`,
  decode(json) {
    if (typeof json === "string") return [...goBytes.decode(json) ?? []];
    if (json === null) return null;
    return Array.isArray(json) ? json.map(byteOf) : mismatch("a list of numbers", json);
  },
  equal: (a, b) =>
    a === null || b === null ? a === b : a.length === b.length && a.every((item, i) => item === b[i]),
  isEmpty: (value) => value === null || value.length === 0,
  wide: false,
  canonical: "always",
};

function byteOf(json: JsonValue, index: number): number {
  if (typeof json === "number" && Number.isInteger(json) && json >= 0 && json <= 255) return json;
  throw new MemberError("a number from 0 to 255", typeof json === "number" ? String(json) : typeof json)
    .within(`[${index}]`);
}

/** The UUID that stands for none. */
export const nilUUID = "00000000-0000-0000-0000-000000000000";

/** `uuid.UUID`: 36 characters, lower case; `""` is refused, since a Go reader would lose the whole value over it. */
export const goUUID: GoType<string> = {
  zero: () => nilUUID,
  encode: (value) => isUUID(value) ? `"${value.toLowerCase()}"` : noUUID(value),
  decode(json) {
    if (json === null) return nilUUID;
    return typeof json === "string" && isUUID(json) ? json.toLowerCase() : mismatch("a UUID", json);
  },
  equal: (a, b) => a === b || a.toLowerCase() === b.toLowerCase(),
  isEmpty: () => false,
  wide: false,
  canonical: "always",
};

function noUUID(value: string): never {
  throw new TypeError(`expected a UUID of 36 characters, got ${JSON.stringify(value)}`);
}

/** True for `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in hexadecimal digits of either case. */
export function isUUID(text: string): boolean {
  if (text.length !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const code = text.charCodeAt(i);
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (code !== 45) return false;
    } else if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70))) {
      return false;
    }
  }
  return true;
}

/** Same length, same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
