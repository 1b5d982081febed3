/**
 * Which large fields of a value must travel as files, and the value that names those files (`spec/pubsub.md §3.3, §6`; decisions.md 7).
 * None while the message fits; else the largest first, and only as many as needed: each file costs the reader a read and
 * a removal. Pure.
 */
import { type LargeField, largeFields } from "./large_fields.ts";
import { type TopicName, topicPath } from "./paths.ts";

/** Bytes of the largest message that Go sends and all receivers take. */
export const MAX_MESSAGE = 65534;
/** Bytes that one large-field file must stay below. */
export const LARGE_FIELD_LIMIT = 1048576;

/** How a value is to be sent. */
export type Plan =
  /** In the order of the text; none of them if all fits. */
  | { readonly kind: "send"; readonly move: readonly LargeField[] }
  | { readonly kind: "too-large"; readonly reason: string };

/** Digits at the end of a file name: as many as Go's largest, so that publishers count the same size. */
export const FILE_DIGITS = 10;

const ALL_INLINE: Plan = { kind: "send", move: [] };
const encoder = new TextEncoder();

/** Bytes of `update <topic> <b64 key> <b64 json>` for a JSON of `jsonBytes`. */
export function messageSize(name: string, key: string, jsonBytes: number): number {
  return 7 + sizeOf(name) + 2 + base64Size(sizeOf(key)) + base64Size(jsonBytes);
}

/** Where the files of a topic stand on the device. */
export function largeDirectory(topic: TopicName): string {
  return `/persist/pubsub-large/${topicPath(topic)}`;
}

/** The content of the file for a field. */
export function fileContent(json: string, field: LargeField): string {
  return `{"pubsub-large-${field.suffix}":${json.slice(field.valueStart, field.end)}}`;
}

/** The name of a file; `number` is a random integer below 10^10. */
export function fileName(suffix: string, number: number): string {
  return `pubsub-file-${suffix}${String(number).padStart(FILE_DIGITS, "0")}`;
}

/** Decides about one value. */
export function planValue(topic: TopicName, key: string, json: string): Plan {
  // No UTF-16 unit takes more than 3 bytes.
  if (messageSize(topic.name, key, json.length * 3) <= MAX_MESSAGE) return ALL_INLINE;
  let bytes = sizeOf(json);
  const move: LargeField[] = [];
  for (const { field, gain } of byGain(topic, json)) {
    if (messageSize(topic.name, key, bytes) <= MAX_MESSAGE) break;
    const size = sizeOf(fileContent(json, field));
    if (size >= LARGE_FIELD_LIMIT) {
      return tooLarge(`its pubsub-large-${field.suffix}`, size, LARGE_FIELD_LIMIT - 1);
    }
    move.push(field);
    bytes -= gain;
  }
  const size = messageSize(topic.name, key, bytes);
  if (size > MAX_MESSAGE) return tooLarge("its message", size, MAX_MESSAGE);
  return { kind: "send", move: move.sort((a, b) => a.start - b.start) };
}

/** The value with each moved field replaced by the name of its file: a JSON string that contains a JSON string. */
export function withFiles(
  topic: TopicName,
  json: string,
  moved: readonly LargeField[],
  names: readonly string[],
): string {
  let text = "";
  let from = 0;
  moved.forEach((field, index) => {
    text += json.slice(from, field.start) + reference(topic, field.suffix, names[index] ?? "");
    from = field.end;
  });
  return text + json.slice(from);
}

/** Fields whose file makes the message smaller, and whose name can't lead to another folder; the largest first. */
function byGain(topic: TopicName, json: string): { field: LargeField; gain: number }[] {
  return Array.from(largeFields(json))
    .filter((field) => /^[A-Za-z0-9_-]{1,64}$/.test(field.suffix))
    .map((field) => {
      const member = reference(topic, field.suffix, fileName(field.suffix, 0));
      return { field, gain: sizeOf(json.slice(field.start, field.end)) - sizeOf(member) };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain);
}

function reference(topic: TopicName, suffix: string, name: string): string {
  return `"pubsub-file-${suffix}":"\\"${largeDirectory(topic)}/${name}\\""`;
}

function tooLarge(what: string, size: number, limit: number): Plan {
  return { kind: "too-large", reason: `${what} takes ${size} bytes, the limit is ${limit}` };
}

function base64Size(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

function sizeOf(text: string): number {
  return encoder.encode(text).length;
}
