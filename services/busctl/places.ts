/** Where topics stand below a root: those of the table, and whatever else looks like one. */
import { isEntryFile, type Topic, topicDirectory, topicPath } from "../pubsub/mod.ts";
import { rawTopic, topics } from "../topics/mod.ts";

/** One topic that has a directory. */
export interface Place {
  /** `<agent>[/<scope>]/<Topic>`; the empty agent is `global`. */
  readonly path: string;
  readonly directory: string;
  readonly topic: Topic<unknown>;
  /** It is in the table: its values have a codec. */
  readonly known: boolean;
}

/** Told of what can't be listed. */
export type Complain = (what: string) => void;

const all: readonly Topic<unknown>[] = Object.values(topics).flatMap((agent): Topic<unknown>[] =>
  Object.values(agent)
);

/** Every topic of the table, whether it is there or not. */
export function tableOfTopics(): readonly Topic<unknown>[] {
  return all;
}

/** Sorted by path, plain before persistent. */
export function findPlaces(root: string, complain: Complain): Place[] {
  const known = new Map(all.map((topic) => [topicDirectory(root, topic), topic]));
  const found: Place[] = [];
  for (const persistent of [false, true]) {
    const top = `${root}${persistent ? "/persist/status" : "/run"}`;
    for (const agent of foldersIn(top, complain)) {
      for (const first of foldersIn(`${top}/${agent}`, complain)) {
        const words = [
          first,
          ...foldersIn(`${top}/${agent}/${first}`, () => {}).map((name) => `${first}/${name}`),
        ];
        for (const word of words) {
          const directory = `${top}/${agent}/${word}`;
          const topic = known.get(directory);
          if (topic !== undefined || holdsEntries(directory)) {
            found.push(placeOf(directory, topic ?? unknown(agent, word, persistent), topic !== undefined));
          }
        }
      }
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** True if one of the two folders that hold topics is there. */
export function hasBus(root: string): boolean {
  return [`${root}/run`, `${root}/persist/status`].some((path) => {
    try {
      return Deno.statSync(path).isDirectory;
    } catch {
      return false;
    }
  });
}

/** Names in a folder, sorted; empty if it is missing. @throws what the system throws otherwise */
export function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function placeOf(directory: string, topic: Topic<unknown>, known: boolean): Place {
  return { path: topicPath(topic), directory, topic, known };
}

function unknown(agent: string, word: string, persistent: boolean): Topic<unknown> {
  const [name = "", scope] = word.split("/").reverse();
  return rawTopic(agent === "global" ? "" : agent, name, {
    persistent: persistent && agent !== "global",
    ...(scope === undefined ? {} : { scope }),
  });
}

function foldersIn(folder: string, complain: Complain): string[] {
  try {
    return Array.from(Deno.readDirSync(folder)).filter((entry) => entry.isDirectory && isWord(entry.name))
      .map(({ name }) => name).sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) complain(`${folder}: ${String(error)}`);
    return [];
  }
}

function isWord(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(name);
}

function holdsEntries(directory: string): boolean {
  try {
    return namesIn(directory).some(isEntryFile);
  } catch {
    return false;
  }
}
