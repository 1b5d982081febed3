/** A tiny topic for the tests of the bus, with a codec that checks its members and compares times by instant. */
import type { Codec, Topic } from "../topic.ts";

/** Its value. */
export interface Reading {
  readonly N: number;
  readonly Text: string;
  readonly At: string;
}

/** A value with the members that a test doesn't care about filled in. */
export function reading(n: number, text = "", at = "2025-01-01T00:00:00Z"): Reading {
  return { N: n, Text: text, At: at };
}

/** The JSON of a {@linkcode Reading}. */
export const readingCodec: Codec<Reading> = {
  encode(value) {
    if (Number.isNaN(value.N)) throw new TypeError("Reading.N: expected a number, got NaN");
    return JSON.stringify({ N: value.N, Text: value.Text, At: value.At });
  },
  decode(text) {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) throw new TypeError("Reading: expected an object");
    const { N, Text, At } = Object.assign({ N: 0, Text: "", At: "" }, parsed);
    if (typeof N !== "number") throw new TypeError(`Reading.N: expected a number, got ${JSON.stringify(N)}`);
    return { N, Text: String(Text), At: String(At) };
  },
  equal: (a, b) => a.N === b.N && a.Text === b.Text && Date.parse(a.At) === Date.parse(b.At),
};

/** A topic of readings. */
export function readingTopic(
  agent = "meter",
  options: { persistent?: boolean; manyWriters?: boolean; name?: string; scope?: string } = {},
): Topic<Reading> {
  return {
    agent,
    name: options.name ?? "Reading",
    ...(options.scope === undefined ? {} : { scope: options.scope }),
    persistent: options.persistent ?? false,
    manyWriters: options.manyWriters ?? false,
    codec: readingCodec,
  };
}
