/** Files of the bus that are no value of their topic, as a reader meets them. `busctl check` looks closer. */
import { errorText } from "../../agent/mod.ts";
import { isEntryFile, readEntry, type Topic, topicDirectory } from "../../pubsub/mod.ts";
import { topics } from "../../topics/mod.ts";
import type { DamagedFile } from "./facts.ts";

/** So many files of one topic are looked at: what one program writes is as a rule all right, or all wrong. */
const MOST_FILES = 200;

const all: readonly Topic<unknown>[] = Object.values(topics).flatMap((agent): Topic<unknown>[] =>
  Object.values(agent)
);

/** Over all topics that our programs publish or read. Never throws. */
export function damagedFiles(root: string): DamagedFile[] {
  return all.flatMap((topic) => damagedIn(topicDirectory(root, topic), topic));
}

function damagedIn(directory: string, topic: Topic<unknown>): DamagedFile[] {
  let names: string[];
  try {
    names = Array.from(Deno.readDirSync(directory), ({ name }) => name).filter(isEntryFile).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    return [{ path: directory, text: String(error) }];
  }
  return names.slice(0, MOST_FILES).flatMap((name) => {
    const path = `${directory}/${name}`;
    try {
      const read = readEntry(path, topic.codec);
      return read.state === "bad" ? [{ path, text: read.reason }] : [];
    } catch (error) {
      return [{ path, text: errorText(error) }];
    }
  });
}
