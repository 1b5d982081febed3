/** Where topics stand below a root: those of the table, and whatever else looks like one. */
import {
  isEntryFile,
  isTopicWord,
  PubsubError,
  type Topic,
  topicDirectory,
  topicPath,
} from "../pubsub/mod.ts";
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
  for (const { directory, agent, word, persistent } of candidates(root, complain)) {
    const topic = known.get(directory);
    if (topic === undefined && !holdsEntries(directory)) continue;
    const place = topic ?? unknown(agent, word, persistent);
    const path = pathOf(place, directory, complain);
    if (path !== undefined) found.push({ path, directory, topic: place, known: topic !== undefined });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Undefined for a folder whose name no topic can have, which is told. */
function pathOf(topic: Topic<unknown>, directory: string, complain: Complain): string | undefined {
  try {
    return topicPath(topic);
  } catch (error) {
    if (!(error instanceof PubsubError)) throw error;
    complain(`${directory} is no topic: ${error.message}`);
    return undefined;
  }
}

/** A folder that may be a topic's. */
interface Candidate {
  readonly directory: string;
  readonly agent: string;
  /** `<Topic>` or `<scope>/<Topic>` */
  readonly word: string;
  readonly persistent: boolean;
}

function* candidates(root: string, complain: Complain): Generator<Candidate> {
  for (const persistent of [false, true]) {
    const top = `${root}${persistent ? "/persist/status" : "/run"}`;
    for (const agent of foldersIn(top, complain)) {
      for (const word of wordsIn(`${top}/${agent}`, complain)) {
        yield { directory: `${top}/${agent}/${word}`, agent, word, persistent };
      }
    }
  }
}

/** Each folder of an agent, and what is in it in case it is a scope. */
function wordsIn(folder: string, complain: Complain): string[] {
  return foldersIn(folder, complain).flatMap((first) => [
    first,
    ...foldersIn(`${folder}/${first}`, () => {}).map((name) => `${first}/${name}`),
  ]);
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

function unknown(agent: string, word: string, persistent: boolean): Topic<unknown> {
  const [name = "", scope] = word.split("/").reverse();
  return rawTopic(agent === "global" ? "" : agent, name, {
    persistent: persistent && agent !== "global",
    ...(scope === undefined ? {} : { scope }),
  });
}

function foldersIn(folder: string, complain: Complain): string[] {
  try {
    return Array.from(Deno.readDirSync(folder)).filter((entry) =>
      entry.isDirectory && isTopicWord(entry.name)
    )
      .map(({ name }) => name).sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) complain(`${folder}: ${String(error)}`);
    return [];
  }
}

function holdsEntries(directory: string): boolean {
  try {
    return namesIn(directory).some(isEntryFile);
  } catch {
    return false;
  }
}
