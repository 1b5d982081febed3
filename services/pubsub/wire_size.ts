/** Whether a Go subscriber could receive a value over the socket (`spec/pubsub.md §3.3, §6`; decisions.md 6). Pure. */
import { MAX_FILE } from "./entry_file.ts";
import { PubsubError } from "./error.ts";
import { topicPath } from "./paths.ts";
import type { TopicName } from "./paths.ts";

/** Bytes of the largest message that Go sends and all receivers take. */
export const MAX_MESSAGE = 65534;
/** Bytes that one large-field file must stay below. */
export const LARGE_FIELD_LIMIT = 1048576;

/** With the longest topic and key, a JSON of so many bytes still fits. */
const SURELY_FITS = 40_000;
const TAG = '"pubsub-large-';
const encoder = new TextEncoder();

/** One `"pubsub-large-<suffix>":<value>` in a JSON text, from `start` up to `end` (UTF-16 units). */
export interface LargeField {
  readonly suffix: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Bytes of `update <topic> <b64 key> <b64 json>` for a JSON of `jsonBytes`. */
export function messageSize(name: string, key: string, jsonBytes: number): number {
  return 7 + byteLength(name) + 2 + base64Size(byteLength(key)) + base64Size(jsonBytes);
}

/**
 * Refuses what no socket message can carry, with every large field taken as moved to a file of its own.
 * @param json what the codec gave; `jsonBytes` is its length in UTF-8
 * @throws {PubsubError} `too-large`
 */
export function checkWireSize(topic: TopicName, key: string, json: string, jsonBytes: number): void {
  if (jsonBytes > MAX_FILE) {
    throw tooLarge(topic, key, `its file takes ${jsonBytes} bytes, readers take at most ${MAX_FILE}`);
  }
  if (jsonBytes <= SURELY_FITS || messageSize(topic.name, key, jsonBytes) <= MAX_MESSAGE) return;
  let left = jsonBytes;
  for (const field of largeFields(json)) {
    const tag = `pubsub-large-${field.suffix}`;
    const fileBytes = byteLength(`{"${tag}":${json.slice(field.valueStart, field.end)}}`);
    if (fileBytes >= LARGE_FIELD_LIMIT) {
      throw tooLarge(
        topic,
        key,
        `its ${tag} takes ${fileBytes} bytes, the limit is ${LARGE_FIELD_LIMIT - 1}`,
      );
    }
    left += byteLength(fileReference(topic, field.suffix)) - byteLength(json.slice(field.start, field.end));
  }
  const size = messageSize(topic.name, key, left);
  if (size > MAX_MESSAGE) {
    throw tooLarge(topic, key, `its message takes ${size} bytes, the limit is ${MAX_MESSAGE}`);
  }
}

/** The member that stands for an extracted field, with the longest file name there can be. */
function fileReference(topic: TopicName, suffix: string): string {
  const file = `/persist/pubsub-large/${topicPath(topic)}/pubsub-file-${suffix}4294967295`;
  return `"pubsub-file-${suffix}":"\\"${file}\\""`;
}

/** The large fields of a valid JSON text in their order; what is inside one is not looked at. */
export function* largeFields(json: string): Generator<LargeField> {
  let from = 0;
  for (;;) {
    const start = json.indexOf(TAG, from);
    if (start < 0) return;
    from = start + TAG.length;
    // A quote after a backslash is part of a string's content, any other opens a string.
    if (json[start - 1] === "\\") continue;
    const nameEnd = endOfString(json, start);
    const colon = skipSpace(json, nameEnd);
    if (json[colon] !== ":") continue;
    const valueStart = skipSpace(json, colon + 1);
    const end = endOfValue(json, valueStart);
    yield { suffix: json.slice(start + TAG.length, nameEnd - 1), start, valueStart, end };
    from = end;
  }
}

function endOfString(json: string, open: number): number {
  let at = open + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, json.length);
}

function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length;) {
    const char = json[at];
    if (char === '"') {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (char === "," && depth === 0) return at;
    at++;
  }
  return json.length;
}

function skipSpace(json: string, at: number): number {
  while (json[at] === " " || json[at] === "\n" || json[at] === "\t" || json[at] === "\r") at++;
  return at;
}

function base64Size(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function tooLarge(topic: TopicName, key: string, why: string): PubsubError {
  return new PubsubError(
    "too-large",
    `${topicPath(topic)} key ${JSON.stringify(key)}: ${why}; nothing is published`,
  );
}
