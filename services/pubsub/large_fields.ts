/** The large fields of a value, found in its JSON text (`spec/pubsub.md §6`). Pure. */

const TAG = '"pubsub-large-';

/** One `"pubsub-large-<suffix>":<value>` in a JSON text, from `start` up to `end` (UTF-16 units). */
export interface LargeField {
  readonly suffix: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
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
