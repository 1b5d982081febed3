/**
 * Which large fields of a value must travel as files, and the value that names those files (spec/pubsub.md §6; decisions.md 7).
 * None while the message fits; else the largest first, and only as many as needed: each file costs the reader a read and
 * a removal. Pure.
 */
import {
  LARGE_FIELD_LIMIT,
  type LargeField,
  largeFields,
  MAX_MESSAGE,
  messageSize,
  type Topic,
  topicPath,
} from "../pubsub/mod.ts";

/** How a value is to be sent. */
export type Plan =
  /** In the order of the text; none of them if all fits. */
  | { readonly kind: "send"; readonly move: readonly LargeField[] }
  | { readonly kind: "too-large"; readonly reason: string };

/** The part of a topic that a path is made from. */
export type LargeTopic = Pick<Topic<unknown>, "agent" | "name" | "scope" | "persistent">;

/** Digits at the end of a file name: as many as Go's largest, so that publishers count the same size. */
export const FILE_DIGITS = 10;

const ALL_INLINE: Plan = { kind: "send", move: [] };
const encoder = new TextEncoder();

/** Where the files of a topic stand on the device. */
export function largeDirectory(topic: LargeTopic): string {
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
export function planValue(topic: LargeTopic, key: string, json: string): Plan {
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
  topic: LargeTopic,
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
function byGain(topic: LargeTopic, json: string): { field: LargeField; gain: number }[] {
  return Array.from(largeFields(json))
    .filter((field) => /^[A-Za-z0-9_-]{1,64}$/.test(field.suffix))
    .map((field) => {
      const member = reference(topic, field.suffix, fileName(field.suffix, 0));
      return { field, gain: sizeOf(json.slice(field.start, field.end)) - sizeOf(member) };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain);
}

function reference(topic: LargeTopic, suffix: string, name: string): string {
  return `"pubsub-file-${suffix}":"\\"${largeDirectory(topic)}/${name}\\""`;
}

function tooLarge(what: string, size: number, limit: number): Plan {
  return { kind: "too-large", reason: `${what} takes ${size} bytes, the limit is ${limit}` };
}

function sizeOf(text: string): number {
  return encoder.encode(text).length;
}
