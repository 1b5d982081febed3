/**
 * Good values of every topic to start from: what stands in `docs/spec`, and what our encoders write for a value that has
 * something in every list, map and pointer.
 */
import { type Codec, type Topic, topicPath } from "../../services/pubsub/mod.ts";
import { topics } from "../../services/topics/mod.ts";

/** A topic by its path, with texts that its codec takes. */
export interface Examples {
  readonly topic: Topic<unknown>;
  readonly texts: readonly string[];
}

let made: ReadonlyMap<string, Examples> | undefined;

/** Topic path → examples, of all topics of the table. */
export function examples(): ReadonlyMap<string, Examples> {
  return made ??= make();
}

function make(): ReadonlyMap<string, Examples> {
  const found = new Map<string, Examples>();
  const written = textsOfSpec();
  const all: Topic<unknown>[] = Object.values(topics).flatMap((agent) => Object.values(agent));
  for (const topic of all) {
    const { codec } = topic;
    const empty = codec.encode(codec.decode("{}"));
    const texts = new Set(["{}", empty, grow(codec, empty)]);
    for (const text of written) {
      const again = reencode(codec, text);
      if (again !== undefined && again !== empty) texts.add(again);
    }
    found.set(topicPath(topic), { topic, texts: [...texts].slice(0, 12) });
  }
  return found;
}

/** Every JSON object of the spec pages that stands on its own. */
function textsOfSpec(): string[] {
  const texts: string[] = [];
  const folder = new URL("../../docs/spec/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".md")) continue;
    const page = Deno.readTextFileSync(new URL(name, folder));
    for (const [, inline, block] of page.matchAll(/`(\{[^`\n]+\})`|```\w*\n(\{[^`]+\})\n```/g)) {
      const text = (inline ?? block ?? "").split("\n").map((line) => line.trim()).join("");
      if (isJson(text)) texts.push(text);
    }
  }
  return texts;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reencode(codec: Codec<unknown>, text: string): string | undefined {
  try {
    return codec.encode(codec.decode(text));
  } catch {
    return undefined;
  }
}

const fillings = [
  "[{}]",
  '["AQID"]',
  '["x"]',
  "[1]",
  '{"k":{}}',
  '{"k":"x"}',
  '{"k":1}',
  "{}",
  '"x"',
  "1",
  '"AQID"',
];
const MOST = 300;

/** Puts something into every `null`, `[]` and `{}` that takes it; what comes of it is filled in turn. */
function grow(codec: Codec<unknown>, text: string): string {
  let now = text;
  for (let from = 0, rounds = 0; rounds < MOST; rounds++) {
    const place = /:(null|\[\]|\{\})/g;
    place.lastIndex = from;
    const hole = place.exec(now);
    if (hole === null) break;
    const [before, after] = [now.slice(0, hole.index + 1), now.slice(hole.index + hole[0].length)];
    const better = fillings.map((filling) => reencode(codec, before + filling + after))
      .find((grown) => grown !== undefined && grown.length > now.length);
    now = better ?? now;
    from = hole.index + 2;
  }
  return now;
}
