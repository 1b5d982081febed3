/** For whoever passes values on or shows them without knowing their type: the value is the JSON text. */
import type { Codec } from "./topic.ts";

/** Any JSON object, as its text; another text is another value. */
export const textCodec: Codec<string> = {
  encode: (value) => value,
  decode(text) {
    const value: unknown = parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return text;
    throw new TypeError("expected a JSON object");
  },
  equal: (a, b) => a === b,
  isCanonical: () => true,
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`expected a JSON object, got unreadable JSON (${text.length} characters)`, { cause });
  }
}
