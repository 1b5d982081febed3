/** Where a topic stands in the file system, and how keys become file names (`spec/pubsub.md §2.1, §2.2`; decisions.md 4). Pure. */
import { PubsubError } from "./error.ts";
import type { Topic } from "./topic.ts";

/** What names a topic; the rest of it doesn't matter for paths. */
export type TopicName = Pick<Topic<never>, "agent" | "name" | "scope" | "persistent">;

const WORD = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
const SUFFIX = ".json";
const LONGEST_NAME = 255;
/** What `sockaddr_un` holds (`spec/pubsub.md §2.1`). */
export const LONGEST_SOCKET_PATH = 107;
const encoder = new TextEncoder();

/** Whether an agent, a scope or a topic can be called so. */
export function isTopicWord(word: string): boolean {
  return WORD.test(word);
}

/** `<agent>[/<scope>]/<Topic>`, or `global/<Topic>` for an empty agent. @throws {PubsubError} `bad-topic` */
export function topicPath(topic: TopicName): string {
  const words = [topic.agent || "global", ...(topic.scope ? [topic.scope] : []), topic.name];
  for (const word of words) {
    if (!isTopicWord(word)) {
      throw new PubsubError("bad-topic", `a topic is named by plain words, not by ${JSON.stringify(word)}`);
    }
  }
  if (topic.persistent && topic.agent === "") {
    throw new PubsubError("bad-topic", `${topic.name}: Persistent not supported for empty agentname`);
  }
  const path = words.join("/");
  if (topic.agent !== "" && encoder.encode(`/run/${path}.sock`).length > LONGEST_SOCKET_PATH) {
    throw new PubsubError("bad-topic", `${path}: its socket path would exceed ${LONGEST_SOCKET_PATH} bytes`);
  }
  return path;
}

/** The directory that holds the entries. @throws {PubsubError} `bad-topic` */
export function topicDirectory(root: string, topic: TopicName): string {
  return `${root}${topic.persistent ? "/persist/status" : "/run"}/${topicPath(topic)}`;
}

/** The socket that Go subscribers connect to; undefined for an empty agent. @throws {PubsubError} `bad-topic` */
export function socketPath(root: string, topic: TopicName): string | undefined {
  return topic.agent === "" ? undefined : `${root}/run/${topicPath(topic)}.sock`;
}

/** The file whose flock says who publishes; beside the directory, since readers glob inside. @throws {PubsubError} `bad-topic` */
export function lockPath(root: string, topic: TopicName): string {
  return `${root}/run/${topicPath(topic)}.lock`;
}

/** The file of the restart counter. */
export const RESTARTED = "restarted";

/** `<key>.json`; the empty key gives `.json`. @throws {PubsubError} `bad-key` if the key can't come back from that name */
export function fileOfKey(key: string): string {
  const file = key + SUFFIX;
  const wrong = faultOfKey(key, file);
  if (wrong === undefined) return file;
  throw new PubsubError(
    "bad-key",
    `the key ${JSON.stringify(key.slice(0, 80))} ${wrong}; nothing is published`,
  );
}

function faultOfKey(key: string, file: string): string | undefined {
  if (key.includes("/")) return "contains /";
  if (key.includes("\0")) return "contains NUL";
  if (key.includes(SUFFIX)) return "contains .json";
  if (!key.isWellFormed()) return "is not well-formed Unicode";
  if (encoder.encode(file).length > LONGEST_NAME) return `gives a file name above ${LONGEST_NAME} bytes`;
  return undefined;
}

/** Whether a name in a topic's directory stands for an entry. */
export function isEntryFile(name: string): boolean {
  return name.endsWith(SUFFIX);
}

/**
 * The text before the first `.json`. Undefined if no key gives this file name:
 * `a.json.json` would be a second file for the key `a`.
 */
export function keyOfFile(name: string): string | undefined {
  const end = name.indexOf(SUFFIX);
  return end >= 0 && end + SUFFIX.length === name.length ? name.slice(0, end) : undefined;
}
