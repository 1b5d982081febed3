/** A line of a log file: the struct JSON of `LogEntry`, not protojson (`spec/loguploader.md §2.3`). @module */

/** One log entry; what the line left out is empty or zero. */
export interface LogEntry {
  readonly severity: string;
  readonly source: string;
  readonly iid: string;
  readonly content: string;
  readonly msgid: number;
  readonly tags: Readonly<Record<string, string>>;
  /** undefined when the line has none. */
  readonly timestamp: { readonly seconds: number; readonly nanos: number } | undefined;
  readonly filename: string;
  readonly function: string;
}

/** @throws Error that names the key whose value does not fit. Keys that a LogEntry does not have are skipped, as Go does. */
export function parseLogEntry(line: string): LogEntry {
  const object = asObject("a line", JSON.parse(line)) ?? {};
  const text = (key: string) => asText(key, object[key]);
  const timestamp = asObject("timestamp", object["timestamp"]);
  const msgid = asInteger("msgid", object["msgid"]);
  if (msgid < 0) throw new Error(`msgid: a positive number was expected, ${msgid} arrived`);
  return {
    severity: text("severity"),
    source: text("source"),
    iid: text("iid"),
    content: text("content"),
    msgid,
    tags: asTags(object["tags"]),
    timestamp: timestamp === undefined ? undefined : {
      seconds: asInteger("timestamp.seconds", timestamp["seconds"]),
      nanos: asInteger("timestamp.nanos", timestamp["nanos"]),
    },
    filename: text("filename"),
    function: text("function"),
  };
}

function asObject(key: string, value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw wrong(key, "an object", value);
  return { ...value };
}

function asText(key: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw wrong(key, "a string", value);
  return value;
}

function asInteger(key: string, value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrong(key, "an integer", value);
  return value;
}

function asTags(value: unknown): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [key, item] of Object.entries(asObject("tags", value) ?? {})) {
    tags[key] = asText(`tags.${key}`, item);
  }
  return tags;
}

function wrong(key: string, expected: string, value: unknown): Error {
  return new Error(`${key}: ${expected} was expected, ${JSON.stringify(value).slice(0, 40)} arrived`);
}
