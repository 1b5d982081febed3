/** JSON for people, with every digit of its integers. Pure. */
import { goCodec, goRawObject, type JsonValue } from "../topics/mod.ts";

const codec = goCodec(goRawObject);

/** @throws {TypeError} if the text is no JSON object */
export function parseExact(text: string): JsonValue {
  return codec.decode(text);
}

/** On one line. */
export function compact(value: JsonValue): string {
  if (typeof value === "bigint") return String(value);
  if (isList(value)) return `[${value.map(compact).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${
    Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${compact(item)}`).join(",")
  }}`;
}

/** On lines with two blanks for each level. */
export function pretty(value: JsonValue, indent = ""): string {
  const inner = `${indent}  `;
  if (isList(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + pretty(item, inner)).join(",\n")}\n${indent}]`;
  }
  if (typeof value !== "object" || value === null) return compact(value);
  const members = Object.entries(value).map(([name, item]) =>
    `${inner}${JSON.stringify(name)}: ${pretty(item, inner)}`
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

/** `Array.isArray` does not narrow read-only lists. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
