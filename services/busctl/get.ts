/** `busctl get`: the value of a key, or of all keys. */
import { isEntryFile, keyOfFile, readEntry, textCodec } from "../pubsub/mod.ts";
import type { JsonValue } from "../topics/mod.ts";
import type { Job } from "./commands.ts";
import { compact, parseExact, pretty } from "./exact_json.ts";
import { memberAt, parsePath } from "./field_path.ts";
import { namesIn, type Place } from "./places.ts";

/** @returns 0, or 1 with a complaint if it is not there or can't be read */
export function get({ request, world, places }: Job): number {
  const [path = "", key] = request.words;
  const complain = (why: string) => {
    world.output.complain(`busctl: ${path}${key === undefined ? "" : ` key ${JSON.stringify(key)}`}: ${why}`);
    return 1;
  };
  const found = places.filter((place) => place.path === path);
  if (found.length === 0) return complain("there is no such topic on this bus");
  try {
    const texts = textsOf(found, key);
    const [only] = texts.values();
    if (only === undefined) return complain(key === undefined ? "it has no keys" : "there is no such key");
    if (request.json && request.field === undefined && texts.size === 1) {
      world.output.print(only);
      return 0;
    }
    const value: JsonValue = texts.size === 1
      ? parseExact(only)
      : Object.fromEntries(Array.from(texts, ([name, text]) => [name, parseExact(text)]));
    const member = request.field === undefined ? value : memberAt(value, parsePath(request.field));
    if (member === undefined) return complain(`it has no member ${request.field}`);
    world.output.print(request.json ? compact(member) : pretty(member));
    return 0;
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error));
  }
}

/** Key → text as it is in the file. @throws {TypeError} if one is no JSON object */
function textsOf(places: readonly Place[], key: string | undefined): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { directory } of places) {
    for (const name of namesIn(directory).filter(isEntryFile)) {
      const each = keyOfFile(name);
      if (each === undefined || (key !== undefined && each !== key)) continue;
      const read = readEntry(`${directory}/${name}`, textCodec);
      if (read.state === "bad") throw new TypeError(`${directory}/${name}: ${read.reason}`);
      if (read.state === "good") texts.set(each, read.text);
    }
  }
  return texts;
}
